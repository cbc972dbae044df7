"""Two schemas in, an ordered tuple of changes out. Pure."""
