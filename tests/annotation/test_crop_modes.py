"""Crops scored one at a time, crops in an order, and two models' crops against each other."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.arena import short_words
from annotation.crop_grades import check_ranks
from annotation.item_types import item_type_of
from annotation.item_types.preference_pair import PreferencePair
from annotation.models import Campaign, DraftKind, Item, Rating
from annotation.selectors.judgements import figures_of
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.services.claiming import claim_next
from annotation.subjects import Selection
from catalog.models import CropOrigin
from core.errors import InvalidInput
from tests.annotation.build import BOXES, answered, claimed, make_campaign, make_draft
from tests.make import make_crop, make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
SINGLE = {"mode": "single", "apart": 2}
CANNOT = {"scores": [{"place": 0, "score": None, "reason": "quality"}]}


def single(project: Project, **more: Any) -> Campaign:
    return make_campaign(project, "crop_mos", photos=3, overlap=2, settings={**SINGLE, **more})


def gone_through(campaign: Campaign, person: User) -> list[Item]:
    """Every item in the order in which the person gets them."""
    found = []
    while held := claim_next(campaign=campaign, person=person):
        answered(held, {"scores": [{"place": 0, "score": 1 + len(found) % 5}]})
        found.append(held.item)
    return found


@pytest.mark.django_db(transaction=True)  # what came last is told by the time of each answer
def test_one_crop_at_a_time_each_in_an_order_of_their_own(
    project: Project, ben: User, eve: User
) -> None:
    campaign = single(project)
    first, second = gone_through(campaign, ben), gone_through(campaign, eve)
    assert len(first) == campaign.items.count() == 12
    assert {each.pk for each in first} == {each.pk for each in second} and first != second
    for order in (first, second):
        photos = [each.photo_id for each in order]
        assert all(len(set(photos[at : at + 3])) == 3 for at in range(10)), photos
    assert Rating.objects.filter(scale="1-5", crop__isnull=False).count() == 24


def test_what_cannot_be_judged_says_why(project: Project, ben: User) -> None:
    held = claimed(single(project), ben)
    kind = item_type_of(held.campaign)
    for wrong in (
        {"score": None},
        {"score": 3, "reason": "quality"},
        {"score": None, "reason": "?"},
    ):
        with pytest.raises(InvalidInput) as refusal:
            answered(held, {"scores": [{"place": 0, **wrong}]})
        assert refusal.value.field == "reason"
    row = answered(held, CANNOT)
    assert (
        kind.in_words(kind.stored(row.answer)) == "cannot judge: too blurred or too small to judge"
    )
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("grades", "is_right"),
    [
        ([(4, 1), (2, 3), (3, 2), (None, None)], True),
        ([(4, 1), (4, 1), (2, 3)], True),
        ([(4, 1), (4, 2), (2, 3)], True),
        ([(4, None), (2, None)], True),
        ([(4, 2), (2, 1)], False),
        ([(4, 1), (4, 1), (2, 2)], False),
        ([(4, 1), (3, 1), (2, 3)], False),
        ([(4, 1), (2, None)], False),
        ([(4, 1), (None, 2)], False),
    ],
)
def test_an_order_never_goes_against_the_scores(
    grades: list[tuple[int | None, int | None]], is_right: bool
) -> None:
    if is_right:
        check_ranks(grades)
        return
    with pytest.raises(InvalidInput, match="never against the scores"):
        check_ranks(grades)


def test_an_order_is_kept_with_the_scores(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project, "crop_mos"), ben)
    given = [(4, 2), (4, 1), (1, 4), (3, 3)]
    row = answered(held, {"scores": [
        {"place": at, "score": score, "rank": rank} for at, (score, rank) in enumerate(given)
    ]})  # fmt: skip
    kept = {(each["score"], each["rank"]) for each in row.answer["scores"]}
    assert kept == set(given) and Rating.objects.count() == 4
    kind = item_type_of(held.campaign)
    assert "rank" in kind.in_words(kind.stored(row.answer))


def arena(project: Project) -> Campaign:
    """Two photos: on one both models propose the same."""
    for same in (True, False):
        photo = make_photo(project)
        for at, model in enumerate(("early", "late")):
            box = BOXES[0 if same else at]
            draft = make_draft(
                photo, DraftKind.CROPS, {"crops": [{"box": list(box)}]}, revision=model
            )
            made = {"origin": CropOrigin.MODEL, "made_from": f"draft/{draft.pk}"}
            make_crop(photo, box, **made), make_crop(photo, BOXES[3], **made)
    makers = PreferencePair.choices(project.pk)["first_maker"]
    assert makers == ["openai (secret-model-9 early)", "openai (secret-model-9 late)"]
    campaign = create_campaign(
        project=project, name="Arena", item_type="preference_pair", overlap=2, by=None,
        settings={"first_maker": makers[0], "second_maker": makers[1]},
    )  # fmt: skip
    assert add_selection(campaign=campaign, selection=Selection(), by=None) == 1
    return open_campaign(campaign=campaign, by=None)


def test_two_models_crops_meet_and_one_wins(
    project: Project, ben: User, eve: User, ada: User
) -> None:
    campaign = arena(project)
    for person in (ben, eve):
        held = claimed(campaign, person)
        side = "left" if held.presentation["first_on_left"] else "right"
        answered(held, {"choice": side, "strength": 1})
    found = {each.maker: (each.what, each.value, each.n) for each in figures_of(campaign)}
    early, late = "openai (secret-model-9 early)", "openai (secret-model-9 late)"
    assert found[early] == ("wins", 1.0, 2) and found[late] == ("wins", 0.0, 2)
    assert found[f"{early} / {late}"][1:] == (0.0, 2)
    path = f"/p/{project.slug}/campaigns/{campaign.pk}/results"
    assert late in signed_in(ada).get(f"{path}.csv").content.decode()
    assert late in signed_in(ada).get(f"{path}/").content.decode()


@pytest.mark.parametrize(
    "settings",
    [
        {"first_maker": "a"},
        {"first_maker": "a", "second_maker": "a"},
        {"first_maker": "a", "second_maker": "b", "adaptive": True},
    ],
)
def test_an_arena_has_two_models(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"[Aa]rena"):
        PreferencePair(settings)


def test_a_long_hash_is_shortened_for_people() -> None:
    assert short_words(f"Tiny crops ({'8ea8d3eb' * 8})") == "Tiny crops (8ea8d3eb…)"
    assert short_words("openai secret-model-9") == "openai secret-model-9"
