"""curation: services."""
