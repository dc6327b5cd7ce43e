"""training: selectors."""
