"""Putting measured facts and viewers' comments into words, and checking the words of others.

No model is asked. The same photo and comments give the same text, byte for byte.
"""
