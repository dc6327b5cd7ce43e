"""Rows as the data set that TRL wants: numbers in memory, pictures opened when a batch needs them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InvalidInput
from training.rows import ANSWERS, Rows

if TYPE_CHECKING:
    from datasets import Dataset
    from PIL.Image import Image


def as_dataset(rows: Rows, *, pixel_budget: int, box_format: str, limit: int = 0) -> Dataset:
    """A `datasets.Dataset` whose only stored column is the row's number."""
    from datasets import Dataset

    count = min(len(rows), limit) if limit else len(rows)
    reader = RowReader(rows, pixel_budget=pixel_budget, box_format=box_format)
    return Dataset.from_dict({"row": list(range(count))}).with_transform(reader)


class RowReader:
    """Turns row numbers into columns of PIL images and messages."""

    def __init__(self, rows: Rows, *, pixel_budget: int, box_format: str) -> None:
        self.rows = rows
        self.pixel_budget = pixel_budget
        # Boxes in pixels are true only for the very pixels they were written for.
        self.may_resize = box_format != "resized"

    def __call__(self, batch: dict[str, list[int]]) -> dict[str, list[Any]]:
        rows = [self.rows[number] for number in batch["row"]]
        columns: dict[str, list[Any]] = {
            "images": [[self.open(path) for path in row.images] for row in rows],
            "prompt": [row.prompt for row in rows],
        }
        for name in ANSWERS[self.rows.kind]:
            columns[name] = [row.answers[name] for row in rows]
        # Rewards look at the row itself; nothing else of it goes to the model.
        return columns | ({"row": rows} if self.rows.kind == "rl" else {})

    def open(self, path: Path) -> Image:
        """The picture in RGB, within the pixel budget. `InvalidInput` when it cannot be read."""
        from PIL import Image

        try:
            with Image.open(path) as image:
                size = fit_size(image.size, self.pixel_budget)
                if size != image.size and not self.may_resize:
                    raise InvalidInput(
                        f"{path.name} has more pixels than the budget, and its boxes are in "
                        "pixels. Raise the budget or export with smaller pictures.",
                        field="pixel_budget",
                    )
                image.draft("RGB", size)
                rgb = image.convert("RGB")
        except OSError as error:
            raise InvalidInput(f"The image {path.name} cannot be read: {error}.") from error
        return rgb if rgb.size == size else rgb.resize(size, Image.Resampling.LANCZOS)


def fit_size(size: tuple[int, int], budget: int) -> tuple[int, int]:
    """The size of the same shape with at most ``budget`` pixels; never larger than it was."""
    width, height = size
    if width * height <= budget:
        return size
    share = math.sqrt(budget / (width * height))
    return max(1, int(width * share)), max(1, int(height * share))
