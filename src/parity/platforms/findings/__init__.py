"""What can be wrong with the way a project is deployed: one file a rule."""
