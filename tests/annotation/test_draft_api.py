"""Sources, batches and drafts by the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from annotation.api.draft_sources import AskingThrottle
from annotation.models import BatchState, DraftBatch, DraftKind, DraftSource, RequestState
from annotation.services.sources import rules_source
from catalog.models import Photo
from tests.annotation.build import GUIDANCE, make_draft
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def photo(project: Project) -> Photo:
    return make_photo(project)


@pytest.fixture
def rules(project: Project, ada: User) -> DraftSource:
    return rules_source(project=project, by=ada)


def path(project: Project, rest: str) -> str:
    return f"/api/v1/projects/{project.slug}/{rest}"


def post(client: Client, project: Project, rest: str, body: Any = None) -> Any:
    return client.post(path(project, rest), body or {}, content_type="application/json")


def started(client: Client, project: Project, rules: DraftSource, **fields: Any) -> Any:
    body = {"pipeline": "guidance", "source": rules.pk, "verifier": rules.pk, **fields}
    return post(client, project, "draft-batches/", body)


def test_sources_are_added_listed_and_retired(lead: Client, project: Project) -> None:
    made = post(lead, project, "draft-sources/", {"name": "R", "backend": "rules"})
    assert made.status_code == 201
    post(lead, project, f"draft-sources/{made.json()['id']}/retire/")
    for query, count in (("", 1), ("?is_active=true", 0), ("?backend=rules", 1)):
        assert len(lead.get(path(project, f"draft-sources/{query}")).json()["results"]) == count


@pytest.mark.parametrize(
    ("more", "field"),
    [({"made_from": "model/1"}, "made_from"), ({"by": 1}, "by"), ({"backend": "replay"}, "backend"),
     ({"credential": "sk-1"}, "credential"), ({"is_active": False}, "is_active")],
)  # fmt: skip
def test_what_is_no_source_is_refused(
    lead: Client, project: Project, more: dict[str, Any], field: str
) -> None:
    answer = post(lead, project, "draft-sources/", {"name": "R", "backend": "rules", **more})
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    assert not DraftSource.objects.exists()


def test_defaults_are_set(lead: Client, project: Project, rules: DraftSource) -> None:
    body = {"drafter": rules.pk, "verifier": None}
    address = path(project, "draft-sources/defaults/")
    assert lead.put(address, body, content_type="application/json").json() == body
    assert lead.get(address).json() == body


def test_a_batch_is_started_and_watched(
    lead: Client, project: Project, rules: DraftSource, photo: Photo
) -> None:
    made = started(lead, project, rules, parameters={"temperature": 0.4}, photos="all")
    assert made.status_code == 201
    batch = f"draft-batches/{made.json()['id']}/"
    found = lead.get(path(project, batch)).json()
    assert (found["requests"], found["done"], found["total"]) == ({"waiting": 1}, 0, 1)
    assert found["batch"]["parameters"] == {"temperature": 0.4}
    (request,) = lead.get(path(project, f"{batch}requests/?state=waiting")).json()["results"]
    assert (request["photo"], request["draft"]) == (photo.pk, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"source": 999_999}, ""), ({"photos": "some"}, "photos"), ({"filters": {"by": "1"}}, "by"),
     ({"parameters": {"temperature": 3}}, "temperature"), ({"max_attempts": 11}, "max_attempts"),
     ({"state": "done"}, "state"), ({"photo_ids": []}, "photos"), ({"budget_usd": -1}, "budget_usd")],
)  # fmt: skip
def test_what_cannot_be_drafted_is_refused(
    lead: Client, project: Project, rules: DraftSource, photo: Photo,
    fields: dict[str, Any], field: str,
) -> None:  # fmt: skip
    answer = started(lead, project, rules, **{"photos": "all", **fields})
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["field"] == field
    assert not DraftBatch.objects.exists()


def test_a_batch_is_steered(
    lead: Client, project: Project, rules: DraftSource, photo: Photo
) -> None:
    batch = f"draft-batches/{started(lead, project, rules).json()['id']}/"
    for move, state in (("pause", "paused"), ("resume", "open"), ("cancel", "cancelled")):
        assert post(lead, project, f"{batch}{move}/").json()["state"] == state
    assert post(lead, project, f"{batch}resume/").status_code == 409


def test_a_budget_is_changed_and_nothing_else(
    lead: Client, project: Project, rules: DraftSource, photo: Photo
) -> None:
    address = path(project, f"draft-batches/{started(lead, project, rules).json()['id']}/")
    for body, status in (({"budget_usd": 3}, 200), ({"budget_usd": 3, "max_attempts": 1}, 400)):
        assert lead.patch(address, body, content_type="application/json").status_code == status
    assert lead.get(address).json()["batch"]["budget_usd"] == 3.0


def test_trouble_is_drafted_again(
    lead: Client, project: Project, rules: DraftSource, photo: Photo
) -> None:
    batch = DraftBatch.objects.get(pk=started(lead, project, rules).json()["id"])
    again = f"draft-batches/{batch.pk}/draft-again/"
    assert post(lead, project, again).status_code == 409
    batch.requests.update(state=RequestState.REJECTED)
    DraftBatch.objects.update(state=BatchState.DONE)
    assert post(lead, project, again).json() == {"requests": 1}
    batch.requests.update(state=RequestState.FAILED)
    one = f"draft-batches/{batch.pk}/requests/{batch.requests.get().pk}/draft-again/"
    assert post(lead, project, one).json()["state"] == "waiting"


def test_drafts_come_with_their_verdicts(lead: Client, project: Project, photo: Photo) -> None:
    draft = make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    listed = lead.get(path(project, "drafts/?kind=guidance&verdict=passed")).json()["results"]
    assert listed == [lead.get(path(project, f"drafts/{draft.pk}/")).json()]
    assert listed[0]["content"] == GUIDANCE
    assert listed[0]["verdicts"][0]["passed"] is True
    assert (listed[0]["model"], listed[0]["attempt"]) == ("secret-model-9", 1)


def test_drafts_cannot_be_changed(lead: Client, project: Project, photo: Photo) -> None:
    draft = make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    for method in ("put", "patch", "delete", "post"):
        answer = getattr(lead, method)(path(project, f"drafts/{draft.pk}/"))
        assert answer.status_code == 405


def test_lists_cost_the_same_whatever_they_hold(
    lead: Client, project: Project, photo: Photo, django_assert_max_num_queries: Any
) -> None:
    for _ in range(10):
        make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    with django_assert_max_num_queries(8):
        lead.get(path(project, "drafts/"))


def test_a_source_is_tried_by_a_job(
    lead: Client, project: Project, rules: DraftSource, photo: Photo
) -> None:
    answer = post(lead, project, f"draft-sources/{rules.pk}/try/", {"photo": photo.pk})
    assert answer.status_code == 202
    assert answer.json()["subject"] == f"draftsource/{rules.pk}"


def test_asking_is_throttled(
    lead: Client, project: Project, rules: DraftSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AskingThrottle, "rate", "2/min")
    answers = [started(lead, project, rules).status_code for _ in range(3)]
    assert answers == [400, 400, 429]
    assert lead.get(path(project, "draft-batches/")).status_code == 200
