"""What the language allows on each database, as data."""
