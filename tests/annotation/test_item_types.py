"""The contract of item types, over everything the registry finds, and what differs between them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import Project, User
from annotation.item_types import ItemType, item_type_of, registry
from annotation.models import Assignment
from annotation.selectors.items import shown_item
from core.errors import InvalidInput
from tests.annotation.build import ANSWERS, BOXES, RATIONALE, claimed, make_campaign

pytestmark = pytest.mark.django_db
TYPES = registry.names()


@pytest.fixture
def held(request: pytest.FixtureRequest, project: Project, ben: User) -> Assignment:
    """Ben's assignment in a campaign of the item type named by the test."""
    return claimed(make_campaign(project, request.param), ben)


def seen(assignment: Assignment) -> tuple[ItemType, dict[str, Any], Any]:
    """The item type, the item's JSON, and what the type may look at."""
    kind = item_type_of(assignment.campaign)
    shown = shown_item(assignment.item, kind)
    page = kind.item_json(shown, assignment.presentation, lambda place: f"/picture/{place}")
    return kind, page, shown


def parse(assignment: Assignment, answer: object) -> Any:
    kind, _, shown = seen(assignment)
    return kind.parse(answer, shown, assignment.presentation)


def test_all_types_are_there() -> None:
    assert sorted(ANSWERS) == TYPES


@pytest.mark.parametrize("name", TYPES)
def test_words_for_people(name: str) -> None:
    kind = registry.get(name)
    assert kind.title and kind.instructions.endswith(".") and kind.subjects_are
    assert 1 <= kind.seconds_each <= 600


@pytest.mark.parametrize("held", TYPES, indirect=True)
def test_item_is_blind_json(held: Assignment) -> None:
    _, page, shown = seen(held)
    text = json.dumps(page)
    for secret in ("secret-model-9", "openai", "origin", "expert", "draft_id", shown.photo.title):
        assert secret not in text
    assert not {"id", "crop", "crop_id", "draft_id"} & set(keys_in(page))


def keys_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for each in value.values() for key in keys_in(each))]
    return [key for each in value for key in keys_in(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("held", TYPES, indirect=True)
def test_every_picture_address_has_a_picture(held: Assignment) -> None:
    kind, page, shown = seen(held)
    named = {word for word in json.dumps(page).split('"') if word.startswith("/picture/")}
    known = {f"/picture/{place}" for place in kind.pictures(shown, held.presentation)}
    assert named == known


@pytest.mark.parametrize("held", TYPES, indirect=True)
def test_answer_goes_to_storage_and_back(held: Assignment) -> None:
    kind, _, shown = seen(held)
    parsed = parse(held, ANSWERS[kind.name])
    stored = kind.stored(json.loads(parsed.model_dump_json()))
    assert stored == parsed
    again = kind.page_answer(stored, shown, held.presentation)
    assert kind.parse(again, shown, held.presentation) == parsed
    assert kind.checked(parsed.model_dump(mode="json"), shown) == parsed
    assert kind.in_words(stored)


@pytest.mark.parametrize("held", TYPES, indirect=True)
@pytest.mark.parametrize("answer", [None, [], "yes", {}, {"surprise": 1}])
def test_answers_that_are_none_are_refused(held: Assignment, answer: object) -> None:
    with pytest.raises(InvalidInput):
        parse(held, answer)


@pytest.mark.parametrize("held", TYPES, indirect=True)
def test_presentation_follows_from_the_seed(held: Assignment) -> None:
    kind, _, shown = seen(held)
    assert kind.presentation(shown, 7) == kind.presentation(shown, 7)
    assert bool(kind.presentation(shown, 7)) == (kind.uses_crops or kind.has_sides)


@pytest.mark.parametrize("name", TYPES)
def test_unknown_settings_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        registry.get(name)({"surprise": 1})
    assert caught.value.field == "surprise"


@pytest.mark.parametrize("held", ["photo_score"], indirect=True)
@pytest.mark.parametrize("score", [0, 11, -3, 7.5, "7", True])
def test_a_score_out_of_scale_is_named(held: Assignment, score: object) -> None:
    with pytest.raises(InvalidInput, match="score") as caught:
        parse(held, {"score": score})
    assert caught.value.field == "score"


@pytest.mark.parametrize("held", ["crop_draw"], indirect=True)
@pytest.mark.parametrize(
    ("box", "words"),
    [
        ([-0.1, 0.1, 0.9, 0.9], "outside the photo"),
        ([0.1, 0.1, 0.9, 1.4], "outside the photo"),
        ([0.9, 0.1, 0.1, 0.9], "wrong order"),
        ([0.1, 0.1, 0.12, 0.9], "shorter than 5%"),
        ([0.1, 0.1, 0.9], "crops.0.box"),
        ([0.1, 0.1, 0.9, "wide"], "crops.0.box"),
    ],
)
def test_a_box_that_does_not_fit_is_named(held: Assignment, box: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        parse(held, {"crops": [{"box": box}]})
    assert caught.value.field.startswith("crops.0.box")


@pytest.mark.parametrize("held", ["crop_mos"], indirect=True)
@pytest.mark.parametrize(
    ("scores", "field"),
    [
        ([(0, 4), (1, 4)], "scores"),
        ([(0, 4), (0, 4), (1, 4), (2, 4)], "scores"),
        ([(0, 4), (1, 6), (2, 4), (3, 4)], "scores.1"),
    ],
)
def test_each_place_needs_one_grade_of_the_scale(
    held: Assignment, scores: list[tuple[int, int]], field: str
) -> None:
    answer = {"scores": [{"place": place, "score": score} for place, score in scores]}
    with pytest.raises(InvalidInput) as caught:
        parse(held, answer)
    assert caught.value.field == field


@pytest.mark.parametrize("held", ["crop_mos"], indirect=True)
def test_grades_reach_the_crop_at_the_place(held: Assignment) -> None:
    kind, page, shown = seen(held)
    held.presentation = {"order": [2, 0, 3, 1]}
    answer = {"scores": [{"place": at, "score": at + 1} for at in range(3)]}
    answer["scores"].append({"place": 3, "score": None})
    ratings = kind.ratings(parse(held, answer))
    given = {each.crop_id: each.value for each in ratings}
    crops = [crop.pk for crop in shown.crops]
    assert given == {crops[2]: 1, crops[0]: 2, crops[3]: 3}
    areas = [each["width"] * each["height"] for each in page["crops"]]
    assert max(areas) / min(areas) < 1.02


@pytest.mark.parametrize("held", ["preference_pair"], indirect=True)
@pytest.mark.parametrize("first_on_left", [True, False])
def test_a_side_reaches_the_crop_that_stood_there(held: Assignment, first_on_left: bool) -> None:
    kind, _, shown = seen(held)
    held.presentation = {"first_on_left": first_on_left}
    parsed = parse(held, {"choice": "left", "strength": 2})
    vote = kind.pair_choice(parsed, held.presentation)
    assert vote is not None
    assert vote.outcome == ("first" if first_on_left else "second")
    assert (vote.first_id, vote.second_id) == tuple(crop.pk for crop in shown.crops)
    assert vote.first_on_left is first_on_left and vote.strength == 2


@pytest.mark.parametrize("held", ["crop_draw"], indirect=True)
def test_the_whole_photo_is_a_crop_too(held: Assignment) -> None:
    kind, _, _ = seen(held)
    drawn = kind.crops(parse(held, {"crops": [], "none_better": True}))
    assert [crop.box.corners() for crop in drawn] == [(0, 0, 1, 1)]


@pytest.mark.parametrize("held", ["guidance_review"], indirect=True)
@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"verdict": "reject"}, "reason"),
        ({"verdict": "reject", "reason": "because"}, "reason"),
        ({"verdict": "reject", "reason": "other"}, "reason"),
        ({"verdict": "accept", "overall": "Nice."}, "analysis"),
        ({"verdict": "maybe"}, "verdict"),
        ({"verdict": "accept", "guidance": "x" * 20_001}, "guidance"),
    ],
)
def test_a_review_without_substance_is_refused(
    held: Assignment, answer: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(held, answer)
    assert caught.value.field == field


def test_ghost_is_shown_only_where_the_campaign_starts_from_drafts(
    project: Project, ben: User
) -> None:
    bare = claimed(make_campaign(project, "crop_draw"), ben)
    drafted = claimed(make_campaign(project, "crop_draw", settings={"with_draft": True}), ben)
    assert "ghost" not in seen(bare)[1]
    assert seen(drafted)[1]["ghost"] == list(BOXES[1])


@pytest.mark.parametrize("held", ["rationale_review"], indirect=True)
@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"verdict": "reject"}, "reason"),
        ({"verdict": "reject", "reason": "other: "}, "reason"),
        ({"verdict": "accept", "rationale": "It holds."}, "label"),
        ({"verdict": "accept", "label": "good", "rationale": " "}, "rationale"),
        ({"verdict": "accept", "label": "fine", "rationale": "It holds."}, "label"),
        ({"verdict": "accept", "label": "bad", "rationale": RATIONALE["rationale"]}, "label"),
    ],
)
def test_a_rationale_needs_a_judgement_that_fits_its_text(
    held: Assignment, answer: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(held, answer)
    assert caught.value.field == field


@pytest.mark.parametrize("held", ["rationale_review"], indirect=True)
def test_a_rationale_says_what_was_made_of_it(held: Assignment) -> None:
    kind, page, shown = seen(held)
    assert "judges" not in page and page["box"] == RATIONALE["box"]
    kept = parse(held, ANSWERS["rationale_review"])
    edited = parse(held, {"verdict": "accept", "label": "bad", "rationale": "It cuts the tower."})
    refused = parse(held, {"verdict": "reject", "reason": "vague"})
    made = [kind.outcome(each, shown.draft) for each in (kept, edited, refused)]
    assert [each.kind for each in made if each] == ["as_is", "edited", "rejected"]
    assert [kind.in_words(each) for each in (kept, refused)] == [
        "good crop, text accepted", "text rejected: would fit any crop",
    ]  # fmt: skip
