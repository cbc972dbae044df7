"""Running migrations: ledger, lock, scratch databases, the runner."""
