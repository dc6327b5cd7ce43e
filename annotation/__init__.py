"""Drafts and verdicts as rows, campaigns, items, assignments, responses, flags, and the experts' pages."""
