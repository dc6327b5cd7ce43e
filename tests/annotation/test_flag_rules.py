"""The rules that raise flags when a round is complete, through claim and submit."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.flag_rules import flag_rules
from annotation.models import Discussion, Flag, Item
from annotation.selectors.talks import my_discussions
from annotation.services.campaigns import set_flag_rules
from annotation.services.claiming import claim_next
from annotation.services.discussing import keep_answers, settle_item
from annotation.services.submitting import change_answer
from core.errors import InvalidInput
from tests.annotation.build import ANSWERS, GUIDANCE, answered, claimed, make_campaign, scored
from tests.make import make_member

pytestmark = pytest.mark.django_db
LEFT = {"crops": [{"box": [0.0, 0.0, 0.5, 1.0]}]}
RIGHT = {"crops": [{"box": [0.5, 0.0, 1.0, 1.0]}]}
REJECT = {"verdict": "reject", "reason": "vague", **GUIDANCE}


def after(project: Project, item_type: str, answers: list[Any], **fields: Any) -> Item:
    """An item of the type that as many people as there are answers have answered."""
    rules = fields.pop("flag_rules", {})
    campaign = make_campaign(project, item_type, overlap=len(answers), **fields)
    set_flag_rules(campaign=campaign, rules=rules, by=None)
    item = campaign.items.order_by("order_key").first()
    for at, answer in enumerate(answers):
        person = make_member(project, f"Tom {campaign.pk} {at}", "expert")
        held = claimed(campaign, person)
        if callable(answer):
            answer = answer(held)
        answered(held, answer)
        item = held.item
    assert item is not None
    item.refresh_from_db()
    return item


def test_frames_that_hardly_overlap(project: Project) -> None:
    item = after(project, "crop_draw", [LEFT, RIGHT])
    flag = Flag.objects.get()
    assert (flag.rule, item.state) == ("boxes", "flagged")
    assert flag.detail["clashes"][0] == {
        "about": "frames", "value": 0.0, "threshold": 0.6, "odd_one": None, "is_split": True,
    }  # fmt: skip
    assert Discussion.objects.filter(item=item, is_open=True).exists()


def test_a_campaign_has_its_own_thresholds(project: Project) -> None:
    after(project, "crop_draw", [LEFT, RIGHT], flag_rules={"iou": 0})
    one = {"crops": [{"box": [0.0, 0.0, 0.7, 1.0]}]}
    after(project, "crop_draw", [one, LEFT], flag_rules={"iou": 0.8})
    assert Flag.objects.get().detail["clashes"][0]["value"] == pytest.approx(0.5 / 0.7, abs=1e-4)
    after(project, "photo_score", [{"score": 5}, {"score": 7}], flag_rules={"deviation": 1})
    assert Flag.objects.filter(rule="split").count() == 1


def test_a_region_that_one_does_not_see(project: Project) -> None:
    unseen = {"box": None, "not_visible": True, "note": ""}
    after(project, "question_region", [ANSWERS["question_region"], unseen])
    assert Flag.objects.get().rule == "boxes"


def test_a_verdict_clash_names_the_odd_one(project: Project) -> None:
    accept = ANSWERS["guidance_review"]
    item = after(project, "guidance_review", [accept, accept, REJECT])
    clash = Flag.objects.get(rule="verdicts").detail["clashes"][0]
    assert clash["odd_one"] == item.responses.get(answer__verdict="reject").person_id
    after(project, "guidance_review", [accept, accept])
    assert Flag.objects.count() == 1


def test_a_good_crop_to_one_and_a_bad_one_to_another(project: Project) -> None:
    good = ANSWERS["rationale_review"]
    bad = {**good, "label": "bad", "rationale": "The rocks weigh the frame down.", "marks": []}
    after(project, "rationale_review", [good, bad])
    assert [each["about"] for each in Flag.objects.get().detail["clashes"]] == ["crop"]


def test_a_pair_without_a_majority(project: Project) -> None:
    def choose(choice: str) -> Any:
        def on_page(held: Any) -> dict[str, Any]:
            left = held.presentation["first_on_left"]
            sides = {"first": ("right", "left")[left], "second": ("left", "right")[left]}
            return {"choice": sides.get(choice, choice), "strength": 1}

        return on_page

    pairs = {"settings": {"pairs_per_photo": 1}}
    after(
        project, "preference_pair", [choose(each) for each in ("first", "second", "tie")], **pairs
    )
    flag = Flag.objects.get()
    assert flag.rule == "preference" and flag.detail["clashes"][0]["is_split"]
    after(project, "preference_pair", [choose(each) for each in ("first", "second")], **pairs)
    assert Flag.objects.count() == 1


def test_unknown_rules_are_refused(project: Project) -> None:
    for wrong in ({"iou": 2}, {"colour": 1}, {"preference": 0.3}):
        with pytest.raises(InvalidInput, match="flag_rules"):
            flag_rules(wrong)


@pytest.fixture
def gold(project: Project, ada: User, ben: User, eve: User) -> Item:
    """Ben's only item, settled at 8, which Eve is about to meet."""
    campaign = make_campaign(project, photos=2, gold_share=0.3, order_seed=1)
    item = claimed(campaign, ben).item
    scored(item, ben, 8)
    settle_item(item=item, answer={"score": 8}, reason="So.", by=ada)
    return item


def test_a_missed_golden_record_is_the_leads_to_see(
    project: Project, gold: Item, ada: User, ben: User, eve: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotation.services.copying._is_drawn", lambda *_: True)
    answered(claimed(gold.campaign, eve), {"score": 5})
    copy = claimed(gold.campaign, eve)
    assert copy.item.copy_of_id == gold.pk
    missed = answered(copy, {"score": 2})
    flag = Flag.objects.get(rule="gold_miss")
    assert flag.item == gold and flag.detail["misses"][0]["response"] == missed.pk
    gold.refresh_from_db()
    assert gold.state == "settled" and not my_discussions(ben) and not my_discussions(eve)
    right = change_answer(
        response=missed,
        person=eve,
        answer={"score": 8},
        submission_id="0" * 32,  # type: ignore[arg-type]
    )
    flag.refresh_from_db()
    assert right.pk and (flag.state, flag.detail) == ("settled", {"misses": []})
    assert claim_next(campaign=gold.campaign, person=eve) is None


def test_the_lead_may_leave_things_as_they_are(project: Project, ada: User, ben: User) -> None:
    item = after(project, "photo_score", [{"score": 2}, {"score": 9}])
    kept = keep_answers(item=item, reason="Both see it right.", by=ada)
    assert kept.state == "answered" and Flag.objects.get().state == "settled"
    with pytest.raises(InvalidInput):
        keep_answers(item=item, reason=" ", by=ada)
