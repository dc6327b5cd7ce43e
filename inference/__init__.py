"""Talking to models: backends, prompts, answers and their errors. No Django in here."""
