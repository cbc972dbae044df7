"""One review rule a file."""
