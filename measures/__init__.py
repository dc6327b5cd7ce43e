"""Pure mathematics: boxes, geometry, crop metrics, subjective statistics, likeness. No Django."""
