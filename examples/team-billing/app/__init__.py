"""Team billing: who may approve what, and who may store how much."""
