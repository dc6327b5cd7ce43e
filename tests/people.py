"""The people of the tests, as fixtures: who is who is the same in every test.

Ada leads, Ben and Eve are experts, Kim curates, Rui researches, all in ``project``; Cleo leads
another project (``other_project``) and must never see this one. Max is an administrator.
"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.test import Client

from accounts.models import Project, User
from tests.make import make_member, make_project, make_user


@pytest.fixture
def project(db: None) -> Project:
    """The project everybody but Cleo is in."""
    return make_project("lighthouse", name="Lighthouse")


@pytest.fixture
def other_project(db: None) -> Project:
    """Cleo's project."""
    return make_project("harbour", name="Harbour")


@pytest.fixture
def ada(project: Project) -> User:
    """Lead."""
    return make_member(project, "Ada", "lead")


@pytest.fixture
def ben(project: Project) -> User:
    """Expert."""
    return make_member(project, "Ben", "expert")


@pytest.fixture
def eve(project: Project) -> User:
    """Expert."""
    return make_member(project, "Eve", "expert")


@pytest.fixture
def kim(project: Project) -> User:
    """Curator."""
    return make_member(project, "Kim", "curator")


@pytest.fixture
def rui(project: Project) -> User:
    """Researcher."""
    return make_member(project, "Rui", "researcher")


@pytest.fixture
def cleo(other_project: Project) -> User:
    """Lead and curator of the other project: the stranger."""
    return make_member(other_project, "Cleo", "lead", "curator", "expert", "researcher")


@pytest.fixture
def max_admin(db: None) -> User:
    """Administrator of the installation, in no project."""
    return make_user("Max", is_administrator=True)


def signed_in(person: User, *, csrf: bool = False) -> Client:
    """A browser in which the person is signed in; ``csrf`` makes it check CSRF tokens.

    The session is written as signing in leaves it. Signing in itself, with its limits and records,
    costs more than most tests and has tests of its own.
    """
    client = Client(enforce_csrf_checks=csrf)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backend.PersonBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client
