"""Pairs of texts from votes: who wins, what is left out and why, and where each pair comes from."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Campaign, DraftKind, Item
from annotation.services.campaigns import add_selection, open_campaign
from annotation.services.discussing import flag_item
from annotation.subjects import Selection
from curation.conversations import conversation
from curation.models import DatasetVersion, Sample
from tests.annotation.build import (
    GUIDANCE,
    OTHER_GUIDANCE,
    RATIONALE,
    answered,
    claimed,
    make_campaign,
    make_draft,
)
from tests.curation.build import frozen
from tests.make import make_crop, make_photo

pytestmark = pytest.mark.django_db
VOTES: dict[str, Any] = {"kinds": ["dpo_text"], "min_pair_votes": 2}


@pytest.fixture
def campaign(project: Project) -> Campaign:
    return make_campaign(project, "text_pair", overlap=2)


def choose(campaign: Campaign, person: User, wanted: str) -> None:
    held = claimed(campaign, person)
    on_left = held.presentation["first_on_left"] == (wanted == "first")
    side = {True: "left", False: "right"}[on_left]
    answered(held, {"choice": side if wanted in ("first", "second") else wanted})


def pair_of(version: DatasetVersion) -> Sample:
    return version.samples.get()


def test_what_both_chose_wins_and_leads_back(
    project: Project, campaign: Campaign, ben: User, eve: User, kim: User
) -> None:
    choose(campaign, ben, "second")
    choose(campaign, eve, "second")
    pair = pair_of(frozen(project, kim, **VOTES))
    assert (pair.data["chosen"], pair.data["rejected"]) == (GUIDANCE, OTHER_GUIDANCE)
    assert pair.data["votes"] == {"for": 2, "against": 0, "ties": 0} and pair.data["p"] == 0.875
    assert [path.partition("/")[0] for path in pair.made_from] == ["draft"] * 2 + ["response"] * 2


def test_too_few_votes_flags_and_the_rule_leave_pairs_out(
    project: Project, campaign: Campaign, ben: User, eve: User, kim: User
) -> None:
    choose(campaign, ben, "first")
    choose(campaign, eve, "tie")
    assert "too few votes" in frozen(project, kim, **VOTES).error
    few = {**VOTES, "min_pair_votes": 1}
    assert pair_of(frozen(project, kim, **few)).data["votes"]["ties"] == 1
    assert frozen(project, kim, **few, texts_from="revisions").state == "failed"
    flag_item(item=Item.objects.get(), by=ben, reason="Both are wrong.")
    assert "open flag" in frozen(project, kim, **few, texts_from="votes").error


def test_revisions_and_votes_stand_together(
    project: Project, campaign: Campaign, ben: User, eve: User, kim: User
) -> None:
    choose(campaign, ben, "first")
    choose(campaign, eve, "first")
    review = make_campaign(project, "guidance_review")
    better = {"verdict": "accept", **GUIDANCE, "guidance": "Wait for evening light.", "marks": []}
    answered(claimed(review, ben), better)
    version = frozen(project, kim, **VOTES)
    assert sorted("votes" in each.data for each in version.samples.all()) == [False, True]


def test_rationales_of_one_crop_make_samples_of_their_own(
    project: Project, ben: User, kim: User
) -> None:
    photo = make_photo(project)
    crop = make_crop(photo, (0.2, 0.2, 0.9, 0.9))
    for revision, words in (("one", "Calm."), ("two", "The tower stands whole.")):
        content = {**RATIONALE, "rationale": words}
        make_draft(photo, DraftKind.RATIONALE, content, crop=crop, revision=revision)
    settings = {"guidance": False, "rationales": True}
    campaign = make_campaign(project, "text_pair", photos=0, is_open=False, settings=settings)
    add_selection(campaign=campaign, selection=Selection(), by=None)
    choose(open_campaign(campaign=campaign, by=None), ben, "second")
    rules = {"kinds": ["dpo_rationale"], "min_pair_votes": 1}
    pair = pair_of(frozen(project, kim, **rules))
    said = conversation(pair, with_rationale=False)
    assert said["chosen"][0]["content"] == "[20,20,90,90] The tower stands whole."
    assert said["rejected"][0]["content"] == "[20,20,90,90] Calm."
