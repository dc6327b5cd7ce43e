"""Roles given and taken."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import Membership, Project, User
from accounts.roles import roles_of
from accounts.services.memberships import grant_role, remove_person, withdraw_role
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.models import AuditEntry
from tests.make import make_member, make_user
from tests.people import signed_in


@pytest.mark.django_db
class TestRoles:
    def test_giving_twice_is_giving_once(self, project: Project, kim: User, ben: User) -> None:
        for _ in range(2):
            grant_role(project=project, person_id=ben.pk, role="lead", by=kim)
        assert roles_of(ben, project) == {"expert", "lead"}
        assert AuditEntry.objects.filter(verb="role.grant").count() == 1

    def test_nobody_gives_to_themselves_what_they_may_not(
        self, project: Project, ada: User
    ) -> None:
        with pytest.raises(NotAllowed):
            grant_role(project=project, person_id=ada.pk, role="curator", by=ada)

    def test_only_people_of_the_project(self, project: Project, kim: User, cleo: User) -> None:
        for person in (cleo, make_user("Olaf")):
            with pytest.raises(NotFound):
                grant_role(project=project, person_id=person.pk, role="expert", by=kim)

    def test_unknown_roles_are_refused(self, project: Project, kim: User, ben: User) -> None:
        with pytest.raises(InvalidInput):
            grant_role(project=project, person_id=ben.pk, role="administrator", by=kim)

    @pytest.mark.parametrize("way", ["withdraw", "remove"])
    def test_the_last_curator_stays(self, project: Project, kim: User, way: str) -> None:
        with pytest.raises(Conflict) as caught:
            if way == "withdraw":
                withdraw_role(project=project, person_id=kim.pk, role="curator", by=kim)
            else:
                remove_person(project=project, person_id=kim.pk, by=kim)
        assert caught.value.code == "last_curator"
        assert roles_of(kim, project) == {"curator"}

    def test_a_removed_person_is_a_stranger(self, project: Project, kim: User, ben: User) -> None:
        remove_person(project=project, person_id=ben.pk, by=kim)
        assert signed_in(ben).get(f"/p/{project.slug}/").status_code == 404

    def test_the_row_of_whoever_lost_the_last_role_goes(
        self, project: Project, kim: User, ben: User
    ) -> None:
        response = signed_in(kim).post(
            f"/p/{project.slug}/people/{ben.pk}/role/",
            {"role": "expert", "act": "withdraw"},
            headers={"HX-Request": "true"},
        )
        assert (response.status_code, response.content) == (200, b"")

    def test_more_in_the_form_changes_nothing_more(
        self, project: Project, kim: User, ben: User
    ) -> None:
        extra = {"is_administrator": "1", "user": kim.pk, "project": 99}
        form = {"role": "lead", "act": "grant", **extra}
        signed_in(kim).post(f"/p/{project.slug}/people/{ben.pk}/role/", form)
        ben.refresh_from_db()
        assert not ben.is_administrator and roles_of(ben, project) == {"expert", "lead"}


@pytest.mark.django_db(transaction=True)
def test_two_curators_who_remove_each_other_do_not_both_win() -> None:
    from tests.make import make_project

    project = make_project()
    pair = [make_member(project, name, "curator") for name in ("Kim", "Lou")]
    acts = [
        _remover(project, by=pair[0], whom=pair[1]),
        _remover(project, by=pair[1], whom=pair[0]),
    ]
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Membership.objects.filter(project=project, role="curator").count() == 1


def _remover(project: Project, *, by: User, whom: User) -> Callable[[], None]:
    def act() -> None:
        try:
            remove_person(project=project, person_id=whom.pk, by=by)
        except (Conflict, NotAllowed, NotFound):
            pass
        finally:
            connection.close()

    return act
