"""Does the box lie where an expert drew one?"""

from __future__ import annotations

from collections.abc import Sequence

from training.rewards import Reader, Reward, Rollout


class Placement(Reward):
    """LFPC's grounding reward of the second stage, from a few expert boxes."""

    name = "placement"
    title = "Where an expert looks"
    about = (
        "IoU with the expert's box; nothing where nobody drew one, 0 without a box in the answer."
    )

    def score(self, rollouts: Sequence[Rollout], reader: Reader) -> list[float | None]:
        """0 to 1, or None; the reader is not asked."""
        return [_overlap(each) for each in rollouts]


def _overlap(rollout: Rollout) -> float | None:
    if rollout.drawn is None:
        return None
    return 0.0 if rollout.box is None else rollout.box.iou(rollout.drawn)
