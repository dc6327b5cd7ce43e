"""curation: api."""
