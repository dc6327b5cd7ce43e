"""accounts: services."""
