"""The model that reads for a reward: it sees the whole picture, then the crop, and answers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from inference.messages import Parameters, Request
from inference.prompts import render
from measures.answers import as_target
from measures.boxes.conversions import FourWhole, Size, to_pixel_cut
from training.rewards import Rollout

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from inference.models.loading import LocalModel

    Lend = Callable[[], AbstractContextManager[LocalModel]]

STEP = "question.answer"
BRIEF = Parameters(temperature=0.0, max_tokens=24, seed=None)
# Models cut pictures into patches: smaller or thinner crops are grown (the guards of DeepEyes).
LEAST_SIDE, LONGEST_TO_SHORTEST = 28, 100
NOTHING: FourWhole = (0, 0, 2, 2)


class CropReader:
    """A `training.rewards.Reader` around a local model, which ``lend`` lends for the time of a call.
    ``side`` is the longest side in pixels of the picture and of the crop as it sees them."""

    def __init__(self, lend: Lend, *, side: int, batch: int) -> None:
        self._lend = lend
        self._side = side
        self._batch = batch

    def answers(self, rollouts: Sequence[Rollout]) -> list[str]:
        """Greedy and brief."""
        requests = self._requests(rollouts)
        with self._lend() as model:
            made = [
                each
                for start in range(0, len(requests), self._batch)
                for each in model.generate(requests[start : start + self._batch], BRIEF)
            ]
        return [each.text.strip() for each in made]

    def likelihoods(self, rollouts: Sequence[Rollout]) -> list[float]:
        """In batches of one answer: the rollouts of a row stand together."""
        requests = iter(self._requests(rollouts))
        found: list[float] = []
        with self._lend() as model:
            for answer, group in groupby(rollouts, lambda each: each.answer):
                asked = list(islice(requests, len(list(group))))
                for start in range(0, len(asked), self._batch):
                    some = asked[start : start + self._batch]
                    found += [each.value for each in model.log_likelihoods(some, as_target(answer))]
        return found

    def _requests(self, rollouts: Sequence[Rollout]) -> list[Request]:
        wholes = {path: self._whole(path) for path in {each.whole for each in rollouts}}
        return [self._request(each, wholes[each.whole]) for each in rollouts]

    def _request(self, rollout: Rollout, whole: bytes) -> Request:
        prompt = render(STEP, question=rollout.question)
        return Request(STEP, prompt, (whole, _png(_cut(rollout), self._side)), parameters=BRIEF)

    def _whole(self, path: Path) -> bytes:
        from PIL import Image

        with Image.open(path) as opened:
            return _png(opened.convert("RGB"), self._side)


def _cut(rollout: Rollout) -> Image:
    """The crop from every pixel of the original; nothing to be seen where there is no box."""
    from PIL import Image

    with Image.open(rollout.original) as opened:
        corners = NOTHING
        if rollout.box is not None:
            corners = grown(to_pixel_cut(rollout.box, opened.size), opened.size)
        return opened.crop(corners).convert("RGB")


def grown(corners: FourWhole, size: Size) -> FourWhole:
    """The corners with both sides long enough to be seen, about the same middle, inside the picture."""
    left, top, right, bottom = corners
    least = max(LEAST_SIDE, -(-max(right - left, bottom - top) // LONGEST_TO_SHORTEST))
    left, right = _wide_enough(left, right, least, size[0])
    top, bottom = _wide_enough(top, bottom, least, size[1])
    return left, top, right, bottom


def _wide_enough(low: int, high: int, least: int, whole: int) -> tuple[int, int]:
    if high - low >= least:
        return low, high
    wanted = min(least, whole)
    start = min(max((low + high - wanted) // 2, 0), whole - wanted)
    return start, start + wanted


def _png(picture: Image, side: int) -> bytes:
    """Scaled down to the side, never up."""
    if max(picture.size) > side:
        picture = picture.copy()
        picture.thumbnail((side, side))
    out = io.BytesIO()
    options: dict[str, Any] = {"compress_level": 1}
    picture.save(out, "PNG", **options)
    return out.getvalue()
