"""curation: selectors."""
