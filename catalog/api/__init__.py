"""catalog: api."""
