"""The parts of `parity.lift`: matching with an existing datamodel, naming, and the text of each kind of block. Pure."""
