"""A crop's page where words change it, the same by the API, and a rationale's page."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Project, User
from annotation.models import Draft, DraftKind, DraftSource, Verdict
from annotation.services.sources import rules_source
from catalog.models import Crop, CropLabel, Photo
from core.models import Job
from tests.annotation.build import RATIONALE, make_draft
from tests.catalog.imports import imported_photo
from tests.jobs import run
from tests.make import make_crop
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    return imported_photo(project, kim)


@pytest.fixture
def crop(photo: Photo) -> Crop:
    return make_crop(photo, (0.2, 0.2, 0.8, 0.8), label=CropLabel.BAD)


@pytest.fixture
def rules(project: Project, ada: User) -> DraftSource:
    return rules_source(project=project, by=ada)


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


def address(crop: Crop) -> str:
    return f"/p/{crop.photo.project.slug}/crops/{crop.pk}/refine/"


def text_of(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_wish_is_made_and_followed_on_the_page(
    lead: Client, crop: Crop, rules: DraftSource
) -> None:
    assert address(crop) in text_of(lead, f"/p/{crop.photo.project.slug}/photos/{crop.photo_id}/")
    form = {"words": "more room on the left", "source": rules.pk}
    sent = lead.post(address(crop), form)
    assert sent.status_code == 302
    assert "Asking for it" in text_of(lead, sent["Location"])
    run(Job.objects.get(subject=f"crop/{crop.pk}"))
    state = text_of(lead, sent["Location"], **{"HX-Request": "true"})
    assert "A new crop for" in state and "hx-trigger" not in state
    draft = Draft.objects.get()
    page = text_of(lead, f"/p/{crop.photo.project.slug}/drafts/{draft.pk}/")
    assert "Made for the wish" in page and "Change crop 1 by words" in page
    assert "more room on the left" in text_of(lead, address(crop))


def test_what_is_wrong_is_said_beside_the_field(
    lead: Client, crop: Crop, rules: DraftSource
) -> None:
    response = lead.post(address(crop), {"words": "", "source": rules.pk})
    assert response.status_code == 400
    sent = lead.post(address(crop), {"words": "more drama", "source": rules.pk})
    run(Job.objects.get(subject=f"crop/{crop.pk}"))
    assert "do not understand “more drama”" in text_of(lead, sent["Location"])


def test_the_rules_are_offered_before_anybody_added_them(lead: Client, crop: Crop) -> None:
    sent = lead.post(address(crop), {"words": "tighter", "source": "rules"})
    assert sent.status_code == 302 and DraftSource.objects.get().backend == "rules"


def test_the_api_starts_the_same(lead: Client, crop: Crop, rules: DraftSource) -> None:
    path = f"/api/v1/projects/{crop.photo.project.slug}/crops/{crop.pk}/refine/"
    body = {"words": "square", "source": rules.pk}
    sent = lead.post(path, body, content_type="application/json")
    assert (sent.status_code, sent.json()["subject"]) == (202, f"crop/{crop.pk}")
    job = run(Job.objects.get(subject=f"crop/{crop.pk}"))
    assert job.result["passed"]
    wrong = lead.post(path, {**body, "words": "x" * 501}, content_type="application/json")
    assert wrong.status_code == 400 and "words" in str(wrong.json())


def test_experts_and_strangers_stay_outside(crop: Crop, ben: User, cleo: User) -> None:
    assert signed_in(ben).get(address(crop)).status_code == 403
    assert signed_in(cleo).get(address(crop)).status_code == 404


def test_a_rationale_is_shown_with_all_its_attempts(lead: Client, crop: Crop) -> None:
    first = make_draft(crop.photo, DraftKind.RATIONALE, RATIONALE, crop=crop)
    finding = {"verifier": "x", "code": "y", "message": "It is not so.", "is_blocking": True}
    Verdict.objects.filter(draft=first).update(passed=False, findings=[finding])
    second = make_draft(
        crop.photo, DraftKind.RATIONALE, {**RATIONALE, "judges": "bad", "rationale": "It cuts the tower."},
        crop=crop, parent=first, attempt=2,
    )  # fmt: skip
    page = text_of(lead, f"/p/{crop.photo.project.slug}/drafts/{second.pk}/")
    assert "Why the crop is bad" in page and "It is not so." in page
    assert "It cuts the tower." in page and str(RATIONALE["rationale"]) in page
    listed = text_of(lead, f"/p/{crop.photo.project.slug}/drafts/?kind=rationale&verdict=rejected")
    assert f"/drafts/{first.pk}/" in listed and f"/drafts/{second.pk}/" not in listed
