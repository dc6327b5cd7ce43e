"""The five ratings of each CADB photo, as a table and as columns."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.measures.reference_data import reference_json


@cache
def cadb_table(photos: int | None = None) -> np.ndarray:
    """(photos, 5) grades 1 to 5, in the file's order."""
    rows = list(reference_json("cadb/composition_scores.json").values())[:photos]
    return np.array([row["scores"] for row in rows], dtype=float)


def as_columns(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rater, item, score) of an (items, raters) table, nan where nobody voted."""
    item, rater = np.nonzero(~np.isnan(table))
    return rater, item, table[item, rater]
