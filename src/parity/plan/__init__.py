"""Changes in, an ordered plan of steps with their hazards out. Pure."""
