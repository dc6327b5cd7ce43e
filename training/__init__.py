"""Recipes, engines, runs, checkpoints, evaluations, models, and the lineage of a photo."""
