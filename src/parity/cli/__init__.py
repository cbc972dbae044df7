"""argv to workflow to text, JSON and an exit code. The only place that prints, prompts and exits."""
