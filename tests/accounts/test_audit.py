"""The audit log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Project, User
from core import audit
from core.models import AuditEntry
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(project: Project, other_project: Project, ada: User, kim: User) -> list[AuditEntry]:
    acts = [("photo.import", kim), ("run.start", ada), ("photo.import", ada)]
    audit.record(actor=ada, verb="secret.act", scope=other_project.scope)
    return [audit.record(actor=by, verb=verb, scope=project.scope) for verb, by in acts]


def test_newest_first_and_only_of_this_project(
    project: Project, entries: list[AuditEntry], kim: User
) -> None:
    page = signed_in(kim).get(f"/p/{project.slug}/audit/")
    assert page.context["page"].rows == entries[::-1]
    assert "secret.act" not in page.content.decode()


def test_by_verb_and_person(project: Project, entries: list[AuditEntry], ada: User) -> None:
    client = signed_in(ada)
    query = f"?verb=photo.import&person={ada.pk}"
    page = client.get(f"/p/{project.slug}/audit/{query}")
    assert page.context["page"].rows == [entries[2]]
    found = client.get(f"/api/v1/projects/{project.slug}/audit/{query}").json()["results"]
    assert [row["id"] for row in found] == [entries[2].pk]


@pytest.mark.parametrize(
    "query",
    [
        "person=x",
        "person=1.5",
        "verb=nothing",
        "before=-1",
        "order=-id",
        "before=٣",
        "object=x",
        "from=x",
        "to=0001-01-01",
    ],
)
def test_bad_filters_are_refused(project: Project, kim: User, query: str) -> None:
    assert signed_in(kim).get(f"/p/{project.slug}/audit/?{query}").status_code == 400


def test_pages_lead_to_one_another(
    project: Project, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.views.audit.SIZE", 5)
    for _ in range(12):
        audit.record(actor=kim, verb="photo.import", scope=project.scope)
    client, place = signed_in(kim), f"/p/{project.slug}/audit/"
    first = client.get(place).context["page"]
    second = client.get(place + first.older).context["page"]
    third = client.get(place + second.older).context["page"]
    assert [len(page.rows) for page in (first, second, third)] == [5, 5, 2]
    assert (first.newer, third.older) == ("", "")
    assert client.get(place + second.newer).context["page"].rows == first.rows


def test_the_history_of_an_object(project: Project, kim: User, ada: User) -> None:
    client, place = signed_in(kim), f"/p/{project.slug}/audit/"
    client.post(f"/p/{project.slug}/settings/", {"name": "Tower", "description": ""})
    audit.record(actor=ada, verb="campaign.open", scope=project.scope, target="campaign/3")
    settings = client.get(f"/p/{project.slug}/settings/").content.decode()
    assert f'href="{place}?object={project.scope}"' in settings
    page = client.get(f"{place}?object={project.scope}")
    (entry,) = page.context["page"].rows
    assert entry.detail == {"old_name": "Lighthouse", "new_name": "Tower"}
    assert entry.place == "browser, 127.0.0.1" and entry.place in page.content.decode()
    api = f"/api/v1/projects/{project.slug}/audit/?object=campaign/3"
    assert [row["place"] for row in client.get(api).json()["results"]] == ["server"]


def test_days_are_those_of_the_reader(project: Project, kim: User) -> None:
    entry = audit.record(actor=kim, verb="photo.import", scope=project.scope)
    AuditEntry.objects.filter(pk=entry.pk).update(at=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    User.objects.filter(pk=kim.pk).update(preferences={"time_zone": "Europe/Berlin"})
    client, place = signed_in(kim), f"/p/{project.slug}/audit/"
    assert client.get(f"{place}?from=2026-04-01&to=2026-04-01").context["page"].rows == [entry]
    assert client.get(f"{place}?to=2026-03-31").context["page"].rows == []
    since = f"/api/v1/projects/{project.slug}/audit/?since=2026-04-01T00:00:00Z"
    assert client.get(since).json()["results"] == []
