"""One use case a file: options in, a result value out. Prints nothing."""
