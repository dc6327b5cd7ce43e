"""training: api."""
