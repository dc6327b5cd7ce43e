"""curation: views."""
