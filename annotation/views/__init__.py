"""annotation: views."""
