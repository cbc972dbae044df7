"""Random schema files that are right, of every provider: see `generator`."""
