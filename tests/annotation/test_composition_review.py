"""Composition review: what is accepted, what becomes of it, and that nothing else is."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Project, User
from annotation.item_types import item_type_of
from annotation.item_types.composition_review import found_in
from annotation.models import Assignment, DraftKind, DraftOutcome
from annotation.selectors.items import shown_item
from annotation.services.submitting import change_answer
from catalog.models import CompositionElement, CropOrigin
from catalog.services.elements import add_elements
from core.errors import InvalidInput
from measures.geometry.elements import CROP_ELEMENTS, Element
from tests.annotation.build import COMPOSITION, answered, claimed, make_campaign, make_draft
from tests.make import make_photo

pytestmark = pytest.mark.django_db
KEPT = [
    {"name": each["name"], "points": each["points"], "draft": at}
    for at, each in enumerate(COMPOSITION["elements"])
]
ADDED = {"name": "vertical", "points": [0.2, 0.1, 0.2, 0.9]}


@pytest.fixture
def held(project: Project, ben: User) -> Assignment:
    return claimed(make_campaign(project, "composition_review"), ben)


def said(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"elements": list(elements), "none": not elements}


def outcome_of(held: Assignment, answer: dict[str, Any]) -> tuple[str, float | None, str]:
    answered(held, answer)
    row = DraftOutcome.objects.get()
    return row.kind, row.distance, row.reason_code


def test_the_page_gets_the_ten_classes_and_the_drafts_elements(held: Assignment) -> None:
    kind = item_type_of(held.campaign)
    page = kind.item_json(shown_item(held.item, kind), {}, lambda place: f"/{place}")
    assert [each["name"] for each in page["classes"]] == [each.value for each in CROP_ELEMENTS]
    assert page["elements"] == COMPOSITION["elements"]


def test_elements_become_rows_made_from_the_response(held: Assignment, ben: User) -> None:
    response = answered(held, said(KEPT[0], ADDED))
    rows = CompositionElement.objects.order_by("pk")
    assert [(row.name, row.points) for row in rows] == [
        ("horizontal", [0.0, 0.4, 1.0, 0.41]), ("vertical", [0.2, 0.1, 0.2, 0.9]),
    ]  # fmt: skip
    made = {(row.origin, row.made_from, row.by_id) for row in rows}
    assert made == {(CropOrigin.EXPERT, f"response/{response.pk}", ben.pk)}


def test_a_changed_answer_takes_its_elements_along(held: Assignment, ben: User) -> None:
    first = answered(held)
    second = change_answer(response=first, person=ben, answer=said(ADDED), submission_id=uuid4())
    (row,) = CompositionElement.objects.all()
    assert (row.name, row.made_from) == ("vertical", f"response/{second.pk}")


def test_a_photo_without_a_clear_element_gets_no_rows(held: Assignment) -> None:
    assert outcome_of(held, said()) == ("rejected", None, "all_removed")
    assert not CompositionElement.objects.exists()


def test_elements_left_alone_are_a_draft_accepted_as_it_is(held: Assignment) -> None:
    assert outcome_of(held, said(*KEPT)) == ("as_is", 0, "")


def test_the_share_that_was_changed_is_kept(held: Assignment) -> None:
    # One of two as it was, one moved by 0.05 on average, one added: 0, 0.2 and 1 of three.
    moved = {**KEPT[1], "points": [0.35, 0.35, 0.75, 0.85]}
    kind, distance, _ = outcome_of(held, said(KEPT[0], moved, ADDED))
    assert kind == "edited" and distance == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("answer", "field", "words"),
    [
        ({"elements": [], "none": False}, "elements", "place an element"),
        ({"elements": [ADDED], "none": True}, "elements", "not both"),
        (said({"name": "spiral", "points": []}), "elements.0.name", "center"),
        (said({"name": "pattern", "points": []}), "elements.0", "not asked for"),
        (said(ADDED, {"name": "triangle", "points": [0, 0, 1, 1]}), "elements.1", "4 numbers"),
        (said({"name": "center", "points": [0.9, 0, 0.1, 1]}), "elements.0", "wrong order"),
        (said({"name": "diagonal", "points": [0, 0, 1, 1.2]}), "elements.0", "outside"),
        (said({"name": "diagonal", "points": [0, 0, 1, "1"]}), "elements.0.points", "valid"),
        (said({**ADDED, "confirmed": False}), "elements.0", "confirm it or remove it"),
        (said({**ADDED, "draft": 2}), "elements.0", "no such element"),
        (said(KEPT[0], KEPT[0]), "elements", "same element"),
    ],
)
def test_answers_that_do_not_fit_are_named(
    held: Assignment, answer: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        answered(held, answer)
    assert caught.value.field.startswith(field)
    assert not CompositionElement.objects.exists()


def test_classes_that_crop_leaves_out_are_not_shown(project: Project) -> None:
    radial = {"name": "radial", "points": [0, 0, 1, 1]}
    content = {"elements": [radial, *COMPOSITION["elements"]]}
    draft = make_draft(make_photo(project), DraftKind.COMPOSITION, content)
    assert [each.name for each in found_in(draft)] == [Element.HORIZONTAL, Element.CENTER]


def test_a_campaign_may_start_from_the_bare_photo(project: Project, ben: User) -> None:
    bare = make_campaign(project, "composition_review", settings={"with_draft": False})
    held = claimed(bare, ben)
    kind = item_type_of(bare)
    page = kind.item_json(shown_item(held.item, kind), {}, lambda place: f"/{place}")
    assert page["elements"] == [] and held.item.draft is None
    answered(held, said(ADDED))
    assert not DraftOutcome.objects.exists()


def test_elements_need_a_source_and_a_shape(project: Project) -> None:
    photo = make_photo(project)
    shape: list[tuple[Element, list[float]]] = [(Element.DIAGONAL, [0.1, 0.1])]
    for made_from in ("", "response/1"):
        with pytest.raises(InvalidInput):
            add_elements(photo=photo, shapes=shape, origin=CropOrigin.EXPERT, made_from=made_from)
