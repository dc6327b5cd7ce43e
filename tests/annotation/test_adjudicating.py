"""Settling by hand, threads, and what experts see of the outcome."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.anchors import Anchor
from annotation.answer_parts import Pieces
from annotation.models import Adjudication, Item, Message, SecondRound
from annotation.selectors.adjudication import columns_of, middle_box, place_of
from annotation.selectors.answers import answers_of, letters_of
from annotation.selectors.guidelines import examples_of, guidelines_of
from annotation.selectors.outcomes import may_reply, outcomes, settled_answers
from annotation.services.adjudicating import Settlement, settle_by_hand
from annotation.services.discussing import (
    add_message,
    open_second_round,
    resolve_thread,
    settle_item,
)
from annotation.services.exemplifying import add_example
from core.errors import Conflict, InvalidInput, NotAllowed
from measures.boxes import Box
from tests.annotation.build import GUIDANCE, answered, claimed, make_campaign
from tests.people import signed_in

pytestmark = pytest.mark.django_db
WHY = {"reason_code": "both_right", "reason": "Both have a point."}
REJECT = {"verdict": "reject", "reason": "vague", **GUIDANCE}
LEFT = {"crops": [{"box": [0.0, 0.0, 0.4, 1.0]}]}
RIGHT = {"crops": [{"box": [0.6, 0.0, 1.0, 1.0]}]}


def disputed(project: Project, item_type: str, *given: tuple[User, Any]) -> Item:
    campaign = make_campaign(project, item_type, overlap=len(given))
    for person, answer in given:
        held = claimed(campaign, person)
        answered(held, answer)
    item = Item.objects.select_related("campaign__project", "draft").get(pk=held.item_id)
    assert item.state == "flagged"
    return item


@pytest.fixture
def texts(project: Project, ben: User, eve: User) -> Item:
    """Ben rewrote the guidance, Eve rejected the draft."""
    mine = {"verdict": "accept", **GUIDANCE, "guidance": "Step past the rocks. Wait for the sun."}
    return disputed(project, "guidance_review", (ben, mine), (eve, REJECT))


@pytest.fixture
def frames(project: Project, ben: User, eve: User) -> Item:
    return disputed(project, "crop_draw", (ben, LEFT), (eve, RIGHT))


def test_texts_are_merged_and_their_parents_kept(texts: Item, ada: User, ben: User) -> None:
    mine = texts.responses.get(person=ben)
    merged = {"guidance": "Wait for the sun. Raise the camera."}
    record = settle_by_hand(
        item=texts, by=ada,
        settlement=Settlement(
            how="merged", base_id=mine.pk, pieces=Pieces(texts=merged), parents=[mine.pk],
            with_draft=True, **WHY,
        ),
    )  # fmt: skip
    assert record.answer["guidance"] == merged["guidance"]
    assert record.answer["analysis"] == GUIDANCE["analysis"]
    assert (record.how, record.draft_id, list(record.parents.all())) == (
        "merged", texts.draft_id, [mine],
    )  # fmt: skip
    mine.refresh_from_db()
    assert mine.answer["guidance"] == "Step past the rocks. Wait for the sun."


def test_the_middle_of_two_frames(frames: Item, ada: User, ben: User) -> None:
    seen = answers_of(frames, ada)
    assert middle_box(columns_of(frames, seen)) == pytest.approx([0.3, 0.0, 0.7, 1.0])
    ids = [each.response_id for each in seen]
    record = settle_by_hand(
        item=frames, by=ada,
        settlement=Settlement(
            how="averaged", base_id=ids[0], pieces=Pieces(box=Box(0.3, 0, 0.7, 1)), parents=ids,
            **WHY,
        ),
    )  # fmt: skip
    assert record.answer["crops"][0]["box"] == [0.3, 0.0, 0.7, 1.0]
    assert set(record.parents.values_list("pk", flat=True)) == set(ids)
    (mine,) = outcomes(settled_answers(ben))
    assert (mine.iou, mine.agrees) == (pytest.approx(1 / 7, abs=1e-3), False)


def test_grades_and_choices_by_hand(project: Project, ada: User, ben: User, eve: User) -> None:
    item = disputed(project, "photo_score", (ben, {"score": 2}), (eve, {"score": 9}))
    base = item.responses.get(person=ben).pk
    hand = Settlement(how="scored", base_id=base, pieces=Pieces(values={"photo": 6.0}), **WHY)
    assert settle_by_hand(item=item, by=ada, settlement=hand).answer["score"] == 6
    wrong = Settlement(how="scored", base_id=base, pieces=Pieces(values={"photo": 11.0}), **WHY)
    with pytest.raises(InvalidInput):
        settle_by_hand(item=item, by=ada, settlement=wrong)
    (mine,) = outcomes(settled_answers(ben))
    assert mine.grades == [("photo", 2, 6)]


def test_what_cannot_be_settled(texts: Item, frames: Item, ada: User, ben: User) -> None:
    foreign = frames.responses.first()
    assert foreign is not None
    for settlement, field in (
        (Settlement(how="picked", base_id=foreign.pk, **WHY), "response_id"),
        (Settlement(how="merged", base_id=foreign.pk, **WHY), "base"),
        (Settlement(how="guessed", base_id=texts.responses.latest("pk").pk, **WHY), "how"),
    ):
        with pytest.raises(InvalidInput) as refused:
            settle_by_hand(item=texts, by=ada, settlement=settlement)
        assert refused.value.field == field
    with pytest.raises(InvalidInput, match="parents"):
        settle_item(item=texts, answer=REJECT, reason="So.", by=ada, parents=[foreign.pk])
    with pytest.raises(NotAllowed):
        settle_by_hand(
            item=texts, by=ben,
            settlement=Settlement(how="picked", base_id=texts.responses.latest("pk").pk, **WHY),
        )  # fmt: skip
    assert not Adjudication.objects.exists()


def test_a_second_round_shows_the_question(texts: Item, ada: User, ben: User) -> None:
    open_second_round(
        item=texts, by=ada, question="Is the sun in the frame?", reason_code="unclear"
    )
    assert SecondRound.objects.get().round == 2
    work = signed_in(ben)
    entry = work.post(
        f"/api/v1/work/{texts.campaign_id}/claim/", {}, content_type="application/json"
    ).json()
    assert entry["asked"] == "Is the sun in the frame?"
    with pytest.raises(InvalidInput):
        open_second_round(item=texts, by=ada, reason_code="because")


def test_threads_are_pinned_answered_and_resolved(texts: Item, ada: User, ben: User) -> None:
    pinned = Anchor("sentence", where="guidance", sentence="Raise the camera.")
    root = add_message(item=texts, author=ben, text="Why, @lead?", anchor=pinned)
    assert root.anchor["sentence"] == "Raise the camera." and list(root.mentions.all()) == [ada]
    letter = letters_of(texts)[ben.pk]
    reply = add_message(item=texts, author=ada, text="See, @ben.", reply_to=root.pk)
    assert (reply.text, reply.reply_to, list(reply.mentions.all())) == (
        f"See, @{letter}.",
        root,
        [ben],
    )
    region = add_message(
        item=texts, author=ben, text="Here.", anchor=Anchor("region", box=Box(0, 0, 0.5, 1))
    )
    assert region.anchor == {"kind": "region", "box": [0.0, 0.0, 0.5, 1.0]}
    assert resolve_thread(message=root, by=ben).resolved_by == ben
    with pytest.raises(InvalidInput):
        resolve_thread(message=reply, by=ada)
    wrong = Anchor("sentence", where="guidance", sentence="Never written.")
    with pytest.raises(InvalidInput):
        add_message(item=texts, author=ben, text="Hm.", anchor=wrong)


def test_an_expert_does_not_learn_who_a_letter_is(texts: Item, ben: User, eve: User) -> None:
    said = add_message(item=texts, author=ben, text="You, @Eve?")
    assert said.text == "You, @Eve?" and not said.mentions.exists()
    root = add_message(item=texts, author=ben, text="So.")
    with pytest.raises(NotAllowed):
        resolve_thread(message=root, by=eve)


def test_an_item_becomes_an_example(texts: Item, ada: User, ben: User) -> None:
    settle_item(item=texts, answer=REJECT, reason="Too vague.", by=ada)
    campaign = add_example(item=texts, words="Words that fit any photo.", by=ada)
    assert campaign.guidelines_version == 2
    (example,) = examples_of(guidelines_of(campaign))
    assert f"item {texts.pk}" in example.words and "rejected" in example.words
    with pytest.raises(NotAllowed):
        add_example(item=texts, words="Mine.", by=ben)


def test_the_outcome_is_seen_and_answered_once(
    texts: Item, ada: User, ben: User, eve: User
) -> None:
    settle_item(item=texts, answer=REJECT, reason="Too vague.", by=ada)
    texts.refresh_from_db()
    assert may_reply(texts, ben)
    client = signed_in(ben)
    page = client.get(f"/work/discussions/{texts.discussion.pk}/").content.decode()
    assert "Yours against what stands" in page and "Too vague." in page
    assert "Too vague." in client.get("/work/answers/?show=settled").content.decode()
    client.post(f"/work/discussions/{texts.discussion.pk}/messages/", {"text": "I still like it."})
    assert (
        client.post(
            f"/work/discussions/{texts.discussion.pk}/messages/", {"text": "And."}
        ).status_code
        == 409
    )
    assert Message.objects.get().about == Adjudication.objects.get() and not may_reply(texts, ben)
    feed = client.get("/api/v1/work/outcomes/").json()
    assert [(each["mine"], each["agrees"]) for each in feed] == [("accepted", False)]
    assert signed_in(ada).get("/api/v1/work/outcomes/").json() == []


def test_who_owes_an_answer_sees_no_outcome(texts: Item, ada: User, ben: User) -> None:
    open_second_round(item=texts, by=ada)
    claimed(texts.campaign, ben)
    settle_item(item=texts, answer=REJECT, reason="Too vague.", by=ada)
    assert not settled_answers(ben).exists()
    for path in (
        f"/work/discussions/{texts.discussion.pk}/",
        "/work/answers/",
        "/api/v1/work/outcomes/",
    ):
        assert "Too vague." not in signed_in(ben).get(path).content.decode()
    with pytest.raises(Conflict):
        add_message(item=texts, author=ben, text="Hm.")


def test_the_page(texts: Item, frames: Item, ada: User, ben: User, cleo: User) -> None:
    path = f"/p/lighthouse/items/{texts.pk}/adjudicate/"
    page = signed_in(ada).get(path).content.decode()
    assert "Settle item" in page and "Ben" not in page
    assert "Ben" in signed_in(ada).get(f"{path}?names").content.decode()
    assert signed_in(ben).get(path).status_code == 403
    assert signed_in(cleo).get(path).status_code == 404
    base = texts.responses.earliest("pk").pk
    good = {"how": "merged", "base": base, "text_guidance": "Wait.\r\nLook.", **WHY}
    for wrong in (
        {"reason_code": ""},
        {"box": "1,2"},
        {"parents": "x"},
        {"element": "7"},
        {"base": ""},
    ):
        assert signed_in(ada).post(path, {**good, **wrong}).status_code == 400
    assert signed_in(ada).post(path, good).status_code == 302
    assert Adjudication.objects.get().answer["guidance"] == "Wait.\nLook."
    assert place_of(texts).waiting == 0 and place_of(frames).next is None
