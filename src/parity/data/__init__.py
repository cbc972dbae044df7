"""Reference data: rows that are a part of the system, read from files and held against those of a database. Pure."""
