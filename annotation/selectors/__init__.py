"""annotation: selectors."""
