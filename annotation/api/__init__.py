"""annotation: api."""
