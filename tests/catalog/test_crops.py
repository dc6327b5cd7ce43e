"""Crops: inside the photo, added once, never edited."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from catalog.models import Crop, CropLabel, CropOrigin
from catalog.services.crops import add_crop
from core.errors import InvalidInput
from measures.boxes import Box
from tests.make import make_photo

pytestmark = pytest.mark.django_db
BOX = Box(0.1, 0.2, 0.7, 0.8)


def test_the_same_crop_again_is_the_same_row(project: Project, kim: User) -> None:
    photo = make_photo(project)
    first = add_crop(photo=photo, box=BOX, origin=CropOrigin.EXPERT, made_from="response/1", by=kim)
    nearly = Box(0.1 + 1e-9, 0.2, 0.7, 0.8)
    again = add_crop(photo=photo, box=nearly, origin=CropOrigin.EXPERT, made_from="response/1")
    assert again == first and again.by == kim
    assert first.corners == (0.1, 0.2, 0.7, 0.8)


def test_another_origin_or_source_is_another_crop(project: Project) -> None:
    photo = make_photo(project)
    for origin, source in [("expert", ""), ("model", "draft/1"), ("model", "draft/2")]:
        label, rationale = CropLabel.GOOD, "Keeps\x00 the pier."
        add_crop(photo=photo, box=BOX, origin=CropOrigin(origin), made_from=source,
                 label=label, rationale=rationale, ratio="3:2")  # fmt: skip
    assert Crop.objects.count() == 3
    assert Crop.objects.first().rationale == "Keeps the pier."


def test_a_box_that_rounds_to_nothing_is_refused(project: Project) -> None:
    with pytest.raises(InvalidInput, match="no area"):
        add_crop(
            photo=make_photo(project), box=Box(0.1, 0.1, 0.1000001, 0.9), origin=CropOrigin.EXPERT
        )


@pytest.mark.parametrize(
    "wrong", [{"ratio": "wide"}, {"made_from": "../x"}, {"rationale": "x" * 5001}]
)
def test_what_does_not_fit_is_refused(project: Project, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        add_crop(photo=make_photo(project), box=BOX, origin=CropOrigin.EXPERT, **wrong)
    assert not Crop.objects.exists()
