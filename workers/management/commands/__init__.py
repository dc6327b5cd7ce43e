"""Commands: the demo."""
