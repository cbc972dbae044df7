"""CockroachDB, a close relative of PostgreSQL."""
