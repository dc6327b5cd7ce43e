"""What rewards make of a rollout, by hand; and that a crop to be read is never too small."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from measures.boxes import Box
from training.recipes.fitting.reading import grown
from training.rewards import Rollout, registry

HALF, LEFT = Box(0, 0, 0.5, 1), Box(0, 0, 0.25, 1)


class Says:
    """A reader that answers the same to all, and finds the answer the likelier the larger the crop."""

    def __init__(self, text: str) -> None:
        self.text = text

    def answers(self, rollouts: Sequence[Rollout]) -> list[str]:
        assert all(each.box for each in rollouts)
        return [self.text for _ in rollouts]

    def likelihoods(self, rollouts: Sequence[Rollout]) -> list[float]:
        return [each.box.area - 1 if each.box else -9.0 for each in rollouts]


def rollout(box: Box | None, **told: Any) -> Rollout:
    known: dict[str, Any] = {
        "question": "What?",
        "accepted": ("sea", "Boat", "boats"),
        "answer": "sea",
    }
    return Rollout(box=box, whole=Path("a.png"), original=Path("a.png"), **{**known, **told})


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("well_formed", "", [1.0, 1.0, 0.0]),
        ("answer_likelihood", "", [-0.5, -0.75, -9.0]),
        ("answer_accuracy", "a boat", [1.0, 1.0, 0.0]),
        ("answer_accuracy", "a cat", [0.0, 0.0, 0.0]),
        ("answer_anls", "boaty", [0.8, 0.8, 0.0]),
        ("placement", "", [1.0, 0.5, 0.0]),
    ],
)
def test_rewards_by_hand(name: str, text: str, wanted: list[float]) -> None:
    rollouts = [rollout(box, drawn=HALF) for box in (HALF, LEFT, None)]
    assert registry.get(name)().score(rollouts, Says(text)) == pytest.approx(wanted)


def test_ten_people_s_answers_are_counted_as_textvqa_does() -> None:
    asked = rollout(HALF, accepted=("boat",) * 2 + ("sea",) * 8)
    assert registry.get("answer_accuracy")().score([asked], Says("boat")) == pytest.approx([0.6])


def test_without_an_expert_s_box_the_place_says_nothing() -> None:
    assert registry.get("placement")().score([rollout(HALF)], Says("")) == [None]


@pytest.mark.parametrize(
    ("corners", "wanted"),
    [
        ((0, 0, 2, 2), (0, 0, 28, 28)),
        ((90, 40, 100, 90), (72, 40, 100, 90)),
        ((50, 10, 51, 40), (36, 10, 64, 40)),
        ((10, 10, 60, 60), (10, 10, 60, 60)),
    ],
)
def test_a_crop_to_be_read_is_large_enough(corners: Any, wanted: Any) -> None:
    assert grown(corners, (100, 100)) == wanted
    assert grown((0, 0, 20, 9_000), (40, 9_000)) == (0, 0, 40, 9_000)
