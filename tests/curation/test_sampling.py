"""Samples: which rows the rules let through, and that every loss is counted."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import DraftKind, Flag, Item
from annotation.services.claiming import claim_next
from annotation.services.discussing import flag_item, settle_with_response
from curation.conversations import conversation
from curation.models import DatasetVersion, SampleKind
from tests.annotation.build import GUIDANCE, RATIONALE, answered, make_draft
from tests.curation.build import campaign_over, frozen, photo_with_crops, rate, reviewed, score_of
from tests.make import make_crop, make_photo

pytestmark = pytest.mark.django_db


def lost(version: DatasetVersion, kind: str) -> dict[str, int]:
    found: dict[str, int] = version.report["lost"].get(kind, {})
    return found


def data_of(version: DatasetVersion, kind: SampleKind) -> list[dict[str, Any]]:
    return [sample.data for sample in version.samples.filter(kind=kind).order_by("index")]


def test_the_best_crop_is_the_answer(project: Project, ben: User, eve: User, kim: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [2, 5, 3, 1]}, eve: {photo.pk: [3, 4, 3, 1]}})
    version = frozen(project, kim, kinds=["sft_crop"])
    best, sample = score_of(photo, 1), version.samples.get()
    assert sample.data["answer"]["box"] == [0.2, 0.2, 0.9, 0.9]
    assert (sample.data["answer"]["score"], sample.data["answer"]["n"]) == (4.5, 2)
    assert [each["score"] for each in sample.data["candidates"]] == [4.5, 3.0, 2.5, 1.0]
    responses = [
        f"response/{pk}" for pk in sorted(best.crop.ratings.values_list("response", flat=True))
    ]
    assert sample.made_from == [f"score/{best.pk}", f"crop/{best.crop_id}", "draft/9", *responses]


def test_an_accepted_rationale_comes_with_the_best_crop(
    project: Project, ben: User, kim: User
) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [2, 5, 3, 1]}})
    crops = list(photo.crops.order_by("pk"))
    drafts = [make_draft(photo, DraftKind.RATIONALE, RATIONALE, crop=crop) for crop in crops[:2]]
    campaign = campaign_over([photo], "rationale_review", overlap=1)
    said = {"verdict": "accept", "label": "good", "rationale": "The tower stands free."}
    while held := claim_next(campaign=campaign, person=ben):
        answered(held, said)
    version = frozen(project, kim, kinds=["sft_crop"], min_votes=1)
    sample = version.samples.get()
    assert sample.data["answer"]["rationale"] == said["rationale"]
    assert f"draft/{drafts[1].pk}" in sample.made_from
    assert f"draft/{drafts[0].pk}" not in sample.made_from
    text = conversation(sample, with_rationale=True)["completion"][0]["content"]
    assert text == "[20,20,90,90] The tower stands free."


def test_a_reviewed_crop_needs_no_score(project: Project, ben: User, kim: User) -> None:
    photo = photo_with_crops(project, 1)
    draft = make_draft(photo, DraftKind.RATIONALE, RATIONALE, crop=photo.crops.get())
    held = claim_next(campaign=campaign_over([photo], "rationale_review", overlap=1), person=ben)
    assert held is not None
    answered(held, {"verdict": "accept", "label": "good", "rationale": "The tower stands free."})
    sample = frozen(project, kim, kinds=["sft_crop"]).samples.get()
    answer = sample.data["answer"]
    assert (answer["rationale"], answer["score"]) == ("The tower stands free.", None)
    assert {f"draft/{draft.pk}", f"crop/{photo.crops.get().pk}"} < set(sample.made_from)


@pytest.mark.parametrize(("rule", "count"), [("first", 1), ("each", 2), ("skip", 0)])
def test_a_tie_at_the_top(
    project: Project, ben: User, kim: User, eve: User, rule: str, count: int
) -> None:
    tied, clear = photo_with_crops(project), photo_with_crops(project)
    rate([tied, clear], {ben: {tied.pk: [1, 4, 4, 1], clear.pk: [1, 2, 3, 1]}})
    version = frozen(project, kim, kinds=["sft_crop"], min_votes=1, top_tie=rule)
    found = version.samples.filter(photo=tied)
    assert found.count() == count
    if rule == "first":
        assert found.get().data["answer"]["box"] == [0.2, 0.2, 0.9, 0.9], "the oldest of them"
    if rule == "skip":
        assert lost(version, "sft_crop") == {"several crops share the highest score": 1}


def test_each_rule_counts_what_it_takes(project: Project, ben: User, eve: User, kim: User) -> None:
    photo = make_photo(project)
    for x2 in (0.5, 0.502, 0.52, 0.8, 1.0):
        make_crop(photo, (0.0, 0.0, x2, 0.5))
    once = photo_with_crops(project, 2)
    rate([photo], {ben: {photo.pk: [5, 1, 1, 5, 2]}, eve: {photo.pk: [5, 1, 1, 4, 2]}})
    rate([once], {ben: {once.pk: [5, 1]}})
    version = frozen(project, kim, kinds=["dpo_crop"], min_gap=1, pairs_per_photo=1, max_iou=1)
    assert len(data_of(version, SampleKind.DPO_CROP)) == 1
    assert lost(version, "dpo_crop") == {
        "crop has too few votes": 2,
        "pair's gap is too small": 1,
        "pair's boxes are the same in whole percent": 1,
        "pair is over the photo's limit": 1,
    }
    alike = frozen(project, kim, kinds=["dpo_crop"], min_gap=1, max_iou=0.85)
    assert lost(alike, "dpo_crop")["pair's boxes look alike"] == 2


def test_a_pair_carries_gap_and_certainty(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photo = photo_with_crops(project, 3)
    rate([photo], {ben: {photo.pk: [5, 2, 1]}, eve: {photo.pk: [4, 1, 1]}})
    easy, hard = data_of(frozen(project, kim, kinds=["dpo_crop"]), SampleKind.DPO_CROP)
    assert (hard["chosen"]["score"], hard["rejected"]["score"], hard["gap"]) == (4.5, 1.5, 3.0)
    assert hard["p"] == pytest.approx(0.99998, abs=1e-4) and hard["tier"] == "clean"
    assert (easy["gap"], easy["p"], easy["tier"]) == (3.5, None, "unknown"), "equal votes know no p"


def test_what_is_discussed_is_left_out(project: Project, ada: User, ben: User, kim: User) -> None:
    photo, other = photo_with_crops(project), photo_with_crops(project)
    rate([photo, other], {ben: {photo.pk: [5, 4, 2, 1], other.pk: [5, 4, 2, 1]}})
    flag_item(item=Item.objects.get(photo=photo), by=ada, reason="A bird?")
    version = frozen(project, kim, kinds=["sft_crop", "dpo_crop"], min_votes=1)
    assert lost(version, "sft_crop") == {"photo has an open flag": 1}
    assert set(version.samples.values_list("photo", flat=True)) == {other.pk}
    kept = frozen(project, kim, kinds=["sft_crop"], min_votes=1, include_flagged=True)
    assert kept.samples.count() == 2


def test_accepted_guidance_and_its_revision(project: Project, ben: User, kim: User) -> None:
    photo, marks = make_photo(project), [{"block": "guidance", "index": 1, "mark": "wrong"}]
    response = reviewed(photo, ben, guidance="Kneel.", marks=marks)
    version = frozen(project, kim)
    sft, dpo = version.samples.order_by("index")
    assert sft.data == {**GUIDANCE, "guidance": "Kneel."}
    assert (dpo.data["chosen"], dpo.data["rejected"]) == (sft.data, GUIDANCE)
    assert dpo.data["marks"] == [{**marks[0], "sentence": "Raise the camera."}]
    assert sft.made_from == [f"response/{response.pk}", f"draft/{response.item.draft_id}"]


def test_texts_that_teach_nothing_are_counted(project: Project, ben: User, kim: User) -> None:
    photo = make_photo(project)
    reviewed(photo, ben)
    reviewed(photo, ben, issues=["only the list differs"])
    reviewed(photo, ben, verdict="reject", reason="vague")
    version = frozen(project, kim, kinds=["sft_guidance", "dpo_text"])
    assert version.counts == {"sft_guidance/train": 1} or sum(version.counts.values()) == 1
    assert lost(version, "sft_guidance") == {
        "another expert left the same text": 1, "the draft was rejected": 1,
    }  # fmt: skip
    assert lost(version, "dpo_text") == {
        "the expert changed nothing": 2, "the draft was rejected": 1,
    }  # fmt: skip


def test_the_golden_record_stands_alone(project: Project, ada: User, ben: User, kim: User) -> None:
    photo = make_photo(project)
    response = reviewed(photo, ben, guidance="Kneel.")
    flag_item(item=response.item, by=ada, reason="Is it?")
    assert frozen(project, kim, kinds=["sft_guidance"]).state == "failed"
    settle_with_response(
        item=response.item, response_id=response.pk, reason="It is.", by=ada
    )  # fmt: skip
    sample = frozen(project, kim, kinds=["sft_guidance"]).samples.get()
    assert sample.data["guidance"] == "Kneel."
    assert sample.made_from[0] == f"adjudication/{response.item.adjudications.get().pk}"


def test_a_flag_on_a_text_does_not_stop_crops(
    project: Project, ada: User, ben: User, kim: User
) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}})
    flag_item(item=reviewed(photo, ben).item, by=ada, reason="Hm.")
    version = frozen(project, kim, min_votes=1)
    assert Flag.objects.count() == 1 and version.samples.filter(kind="sft_crop").count() == 1
    assert lost(version, "sft_guidance") == {"item has an open flag": 1}


def test_crops_without_votes_are_no_samples(project: Project, kim: User) -> None:
    campaign_over([photo_with_crops(project)])
    version = frozen(project, kim)
    assert version.state == "failed" and "nothing to freeze" in version.error
