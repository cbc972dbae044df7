"""The parts of `parity.lower`, one subject a file."""
