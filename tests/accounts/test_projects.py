"""Projects, the start page and the shell."""

from __future__ import annotations

import pytest

from accounts.models import Project, User
from accounts.roles import roles_of
from accounts.services.projects import change_project, create_project
from core.errors import InvalidInput, NotAllowed
from tests.make import make_member
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def test_the_maker_is_the_first_curator(max_admin: User) -> None:
    project = create_project(slug="dunes", name=" The  dunes ", by=max_admin)
    assert project.name == "The dunes"
    assert project.memberships.filter(user=max_admin, role="curator").exists()


def test_only_administrators_make_projects(kim: User) -> None:
    with pytest.raises(NotAllowed):
        create_project(slug="dunes", name="Dunes", by=kim)


@pytest.mark.parametrize("slug", ["", "Dunes", "a b", "a_b", "../x", "x" * 61, "lighthouse"])
def test_bad_or_taken_addresses_are_refused(max_admin: User, project: Project, slug: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        create_project(slug=slug, name="Dunes", by=max_admin)
    assert caught.value.field == "slug"


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_bad_names_change_nothing(project: Project, kim: User, name: str) -> None:
    with pytest.raises(InvalidInput):
        change_project(project=project, name=name, description="", by=kim)
    project.refresh_from_db()
    assert project.name == "Lighthouse"


def test_the_start_page_shows_only_my_projects(project: Project, cleo: User) -> None:
    page = signed_in(cleo).get("/").content.decode()
    assert "Harbour" in page and "Lighthouse" not in page


def test_an_expert_sees_only_work(ben: User, project: Project) -> None:
    client = signed_in(ben)
    page = client.get("/").content.decode()
    assert "Open your work" in page and f"/p/{project.slug}/photos/" not in page
    assert client.get(f"/p/{project.slug}/")["Location"] == "/work/"


def test_a_curator_enters_by_the_photos(kim: User, project: Project) -> None:
    response = signed_in(kim).get(f"/p/{project.slug}/")
    assert response["Location"] == f"/p/{project.slug}/photos/"


def test_sections_follow_the_rights(ada: User, ben: User, project: Project) -> None:
    make_member(project, ben, "lead")
    nav = signed_in(ada).get(f"/p/{project.slug}/people/").context["nav"]
    assert [entry.label for entry in nav if entry.current] == ["People"]
    assert "Photos" in [entry.label for entry in nav]


def test_an_administrator_acts_as_curator(max_admin: User, project: Project) -> None:
    assert roles_of(max_admin, project) == {"curator"}
    User.objects.update(is_active=False)
    max_admin.refresh_from_db()
    assert not roles_of(max_admin, project)


def test_a_name_with_markup_is_text(kim: User, project: Project) -> None:
    evil = "<img src=x onerror=alert(1)>"
    change_project(project=project, name=evil, description=evil, by=kim)
    for place in ("/", f"/p/{project.slug}/people/", f"/p/{project.slug}/audit/"):
        assert evil not in signed_in(kim).get(place).content.decode()


def test_the_people_page_asks_few_questions(
    project: Project, kim: User, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        make_member(project, f"Expert {number}", "expert", "lead")
    client = signed_in(kim)
    with django_assert_max_num_queries(14):
        client.get(f"/p/{project.slug}/people/")
