"""Composition: guide lines, the named elements and their shapes, aspects, and candidate crops."""
