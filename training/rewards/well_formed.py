"""Is there a box in the answer at all?"""

from __future__ import annotations

from collections.abc import Sequence

from training.rewards import Reader, Reward, Rollout


class WellFormed(Reward):
    """CropVLM's format reward."""

    name = "well_formed"
    title = "A valid box"
    about = "1 where the answer holds four numbers in range that make a box, else 0."

    def score(self, rollouts: Sequence[Rollout], reader: Reader) -> list[float | None]:
        """1 or 0; the reader is not asked."""
        return [float(each.box is not None) for each in rollouts]
