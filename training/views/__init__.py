"""training: views."""
