"""The migrations folder on disk."""
