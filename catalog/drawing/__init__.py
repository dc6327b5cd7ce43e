"""Drawings onto photos that models and people look at: pure pixels, no rows, the same bytes always."""
