"""The databases: one folder each. Nothing outside this package names one; see `registry` for finding them."""
