"""Votes that their raters' habits make very unlikely are flagged once, and only where it helps."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Project, User
from annotation.models import Campaign, Discussion, Flag, Item, Response
from annotation.services.discussing import settle_with_response
from annotation.services.flagging import flag_unexpected
from annotation.services.submitting import change_answer
from catalog.models import Photo
from core.models import AuditEntry
from curation.models import ImportedRater, ImportedRating, SourcePhoto
from curation.services.agreeing import start_agreement
from tests.curation.build import answer_all, campaign_over, work_off
from tests.make import make_member, make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db

# Nine points of ten: what Ben gives is foretold to a grade, until the last photo.
WORTH = [2, 3, 4, 5, 6, 7, 8, 3, 5, 7, 4, 6, 2, 8, 5, 6]
SLIP = 3


def graded(project: Project, people: list[User], slip: int = SLIP) -> Campaign:
    """Everybody agrees on every photo; on the last the first person lies ``slip`` grades above. A
    distance of 3 is not flagged by the fixed rule, which asks for more."""
    photos = [make_photo(project) for _ in WORTH]
    campaign = campaign_over(photos, "photo_score", overlap=len(people))
    for at, person in enumerate(people):
        given = {photo.pk: {"score": grade} for photo, grade in zip(photos, WORTH, strict=True)}
        if at == 0:
            given[photos[-1].pk] = {"score": WORTH[-1] + slip}
        answer_all(campaign, person, given)
    work_off()
    return campaign


@pytest.fixture
def panel(project: Project, ben: User, eve: User) -> list[User]:
    """Four experts, Ben first."""
    return [ben, eve, *(make_member(project, name, "expert") for name in ("Ida", "Zoe"))]


def test_a_slip_of_a_steady_rater_is_flagged(
    project: Project, panel: list[User], ada: User
) -> None:
    campaign = graded(project, panel)
    flag = Flag.objects.get()
    assert (flag.rule, flag.item.photo, flag.item.state) == (
        "unexpected", Photo.objects.latest("pk"), "flagged",
    )  # fmt: skip
    (subject,) = flag.detail["subjects"]
    assert subject["crop"] is None and subject["threshold"] == 3.4
    assert [each["person"] for each in subject["scores"] if each["is_flagged"]] == [panel[0].pk]
    assert Discussion.objects.filter(item=flag.item).exists()
    assert AuditEntry.objects.filter(verb="flag.raise", detail__flag=flag.pk).count() == 1
    client, slug = signed_in(ada), project.slug
    for name, args, words in (
        ("annotation:flags", [campaign.pk], "score unexpected of its rater"),
        (
            "annotation:item",
            [flag.item_id],
            "3.40 standard deviations from what was to be expected",
        ),
        ("curation:quality", [], "a score unexpected of its rater"),
    ):
        assert words in client.get(reverse(name, args=[slug, *args])).content.decode()


def test_the_same_again_changes_nothing(project: Project, panel: list[User]) -> None:
    graded(project, panel)
    before, said = list(Flag.objects.values()), AuditEntry.objects.count()
    start_agreement(project=project)
    work_off()
    assert (list(Flag.objects.values()), AuditEntry.objects.count()) == (before, said)


def test_usual_distances_raise_nothing(project: Project, panel: list[User]) -> None:
    graded(project, panel, slip=1)
    assert not Flag.objects.exists()


def test_what_is_settled_stays_settled(project: Project, panel: list[User], ada: User) -> None:
    graded(project, panel)
    item = Item.objects.get(state="flagged")
    answer = item.responses.latest("pk")
    settle_with_response(item=item, response_id=answer.pk, reason="They are right.", by=ada)
    start_agreement(project=project)
    work_off()
    item.refresh_from_db()
    assert item.state == "settled" and Flag.objects.get().state == "settled"


def test_an_answer_that_was_changed_meanwhile_is_left_to_the_next_fit(
    project: Project, panel: list[User]
) -> None:
    graded(project, panel, slip=0)
    response = Response.objects.filter(person=panel[0]).latest("pk")
    subject: dict[str, Any] = {"crop": None, "threshold": 3.4, "scores": []}
    near = {"score": response.answer["score"] + 1}
    change_answer(response=response, person=panel[0], answer=near, submission_id=uuid4())
    assert not flag_unexpected(
        item_id=response.item_id, subjects=[subject], responses=[response.pk]
    )
    assert not Flag.objects.exists()


def test_raters_of_an_import_are_never_flagged(project: Project, panel: list[User]) -> None:
    """The same slip, made elsewhere: it counts as a vote, and nobody here is asked about it."""
    photos = [make_photo(project) for _ in WORTH]
    campaign = campaign_over(photos, "photo_score", overlap=3)
    given = {photo.pk: {"score": grade} for photo, grade in zip(photos, WORTH, strict=True)}
    for person in panel[:3]:
        answer_all(campaign, person, given)
    imported = project.annotation_imports.create(importer="ratings", state="done", digest="ab")
    rater = ImportedRater.objects.create(annotation_import=imported, name="R1")
    for at, (photo, grade) in enumerate(zip(photos, WORTH, strict=True)):
        source = SourcePhoto.objects.create(
            annotation_import=imported, name=f"{at}.jpg", photo=photo
        )
        value = grade + (SLIP if at == len(WORTH) - 1 else 0)
        ImportedRating.objects.create(source_photo=source, rater=rater, scale="1-10", value=value)
    work_off()
    assert not Flag.objects.exists()
