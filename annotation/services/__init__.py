"""annotation: services."""
