"""training: services."""
