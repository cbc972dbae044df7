"""The vocabulary: what a database's schema is, how two of them differ, and what is done about it. No I/O, no SQL."""
