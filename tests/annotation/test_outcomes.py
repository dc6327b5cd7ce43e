"""What an answer makes of its draft: as it is, edited by how much, or rejected for what."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from accounts.models import Project, User
from annotation.models import DraftOutcome, Response
from annotation.services.submitting import change_answer
from tests.annotation.build import ANSWERS, answered, claimed, make_campaign

pytestmark = pytest.mark.django_db
REVIEW = ANSWERS["guidance_review"]


@pytest.fixture
def as_it_is(project: Project, ben: User) -> Response:
    return answered(claimed(make_campaign(project, "guidance_review"), ben), active_ms=4000)


def rows() -> list[tuple[Any, ...]]:
    return list(
        DraftOutcome.objects.order_by("pk").values_list(
            "kind", "distance", "reason_code", "active_ms", "is_current"
        )
    )


def test_an_acceptance_without_a_change_is_as_it_is(as_it_is: Response) -> None:
    assert rows() == [("as_is", 0.0, "", 4000, True)]
    assert as_it_is.item.draft == DraftOutcome.objects.get().draft


def test_a_change_counts_words_and_replaces_what_was_counted(as_it_is: Response) -> None:
    from uuid import uuid4

    before = " ".join([REVIEW["overall"], REVIEW["analysis"], REVIEW["guidance"],
                       *REVIEW["issues"], *REVIEW["suggestions"]])  # fmt: skip
    change_answer(
        response=as_it_is, person=as_it_is.person, submission_id=uuid4(),
        answer={**REVIEW, "overall": "A wild coast."},
    )  # fmt: skip
    found = pytest.approx(1 / len(before.split()), abs=1e-5)
    assert rows() == [("as_is", 0.0, "", 4000, False), ("edited", found, "", 0, True)]


def test_a_rejection_has_its_reason(project: Project, ben: User) -> None:
    campaign = make_campaign(project, "guidance_review")
    answered(claimed(campaign, ben), {**REVIEW, "verdict": "reject", "reason": "other: odd"})
    assert rows() == [("rejected", None, "other", 0, True)]


@pytest.mark.parametrize(
    ("answer", "kind", "distance"),
    [({"crops": [{"box": [0.2, 0.2, 0.9, 0.9]}]}, "as_is", 0.0),
     ({"crops": [{"box": [0.2, 0.2, 0.9, 0.55]}]}, "edited", 0.5),
     ({"crops": [], "none_better": True}, "rejected", None)],
)  # fmt: skip
def test_drawn_frames_are_held_against_the_proposal(
    project: Project, ben: User, answer: dict[str, Any], kind: str, distance: float | None
) -> None:
    answered(
        claimed(make_campaign(project, "crop_draw", settings={"with_draft": True}), ben), answer
    )
    row = DraftOutcome.objects.get()
    assert (row.kind, row.distance) == (kind, distance and pytest.approx(distance, abs=1e-5))


def test_answers_without_a_draft_make_none(project: Project, ben: User) -> None:
    answered(claimed(make_campaign(project, "photo_score"), ben))
    assert not DraftOutcome.objects.exists()


def test_older_answers_are_counted_alike(as_it_is: Response) -> None:
    DraftOutcome.objects.all().delete()
    migration = import_module("annotation.migrations.0006_outcomes_of_answers_given")
    migration.note_outcomes(apps, None)
    assert rows() == [("as_is", 0.0, "", 4000, True)]
