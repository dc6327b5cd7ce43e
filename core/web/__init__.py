"""Plumbing shared by pages and the API: how an error becomes an answer, how rows are paged."""
