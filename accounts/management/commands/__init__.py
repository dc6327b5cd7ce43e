"""Commands for those who run an installation."""
