"""See HOUSE in docs/house.md."""
