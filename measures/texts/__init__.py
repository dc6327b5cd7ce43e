"""Measuring texts without a model: their words, what one took from another, their language."""
