"""From responses to data sets: scores, agreement, benchmarks, datasets, splits, exporters."""
