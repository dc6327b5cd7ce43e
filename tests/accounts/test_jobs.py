"""Jobs of a project: looked at, stopped, repeated."""

from __future__ import annotations

import pytest

from accounts.models import Project, User
from catalog.kinds import REGROUP
from core import jobs
from core.models import AuditEntry, Job, JobState
from tests.people import signed_in

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def job(project: Project, rui: User) -> Job:
    return jobs.start(REGROUP, by=rui, scope=project.scope, total=10)


def test_the_fragment_fetches_itself_until_the_job_has_ended(
    project: Project, job: Job, ada: User
) -> None:
    client, place = signed_in(ada), f"/p/{project.slug}/jobs/{job.pk}/"
    row = client.get(place, headers=FRAGMENT).content.decode()
    assert f'hx-get="{place}"' in row and "<html" not in row
    Job.objects.update(state=JobState.SUCCEEDED)
    assert "hx-get" not in client.get(place, headers=FRAGMENT).content.decode()


def test_a_row_says_who_started_it_and_forgets_its_last_step(
    project: Project, job: Job, ada: User, rui: User
) -> None:
    Job.objects.update(state=JobState.SUCCEEDED, message="writing rows")
    row = signed_in(ada).get(f"/p/{project.slug}/jobs/{job.pk}/", headers=FRAGMENT).content.decode()
    assert f"by {rui}" in row
    assert "writing rows" not in row


def test_whoever_started_it_may_stop_it(project: Project, job: Job, rui: User) -> None:
    signed_in(rui).post(f"/p/{project.slug}/jobs/{job.pk}/cancel/", headers=FRAGMENT)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert AuditEntry.objects.filter(verb="job.cancel", target=f"job/{job.pk}").exists()


def test_another_may_not_and_is_not_offered_it(project: Project, job: Job, ada: User) -> None:
    client, place = signed_in(ada), f"/p/{project.slug}/jobs/{job.pk}/"
    assert "cancel/" not in client.get(place, headers=FRAGMENT).content.decode()
    refused = client.post(place + "cancel/", headers=FRAGMENT)
    assert (refused.status_code, "curator" in refused["X-Problem"]) == (403, True)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_curator_runs_a_failed_job_again(project: Project, job: Job, kim: User) -> None:
    Job.objects.update(state=JobState.FAILED, error="The disk is full.")
    response = signed_in(kim).post(f"/api/v1/projects/{project.slug}/jobs/{job.pk}/retry/")
    assert (response.json()["state"], response.json()["error"]) == ("queued", "")


def test_a_job_that_has_ended_cannot_be_stopped(project: Project, job: Job, rui: User) -> None:
    Job.objects.update(state=JobState.SUCCEEDED)
    response = signed_in(rui).post(f"/api/v1/projects/{project.slug}/jobs/{job.pk}/cancel/")
    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")


def test_the_list_is_filtered_by_known_names(project: Project, job: Job, rui: User) -> None:
    client, place = signed_in(rui), f"/api/v1/projects/{project.slug}/jobs/"
    assert len(client.get(place + "?state=queued&kind=catalog.regroup").json()["results"]) == 1
    assert client.get(place + "?state=running").json()["results"] == []
    assert client.get(place + "?state=odd").status_code == 400
    assert client.get(place + "?kind=%00").status_code == 400


def test_an_error_with_markup_is_text(project: Project, job: Job, kim: User) -> None:
    Job.objects.update(state=JobState.FAILED, error="<script>alert(1)</script>")
    page = signed_in(kim).get(f"/p/{project.slug}/jobs/").content.decode()
    assert "<script>alert" not in page
