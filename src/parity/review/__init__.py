"""What a migration does, in plain words, and what it may lose."""
