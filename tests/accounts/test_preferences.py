"""What a person prefers."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.services.preferences import change_preferences, preferences_of
from tests.people import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/preferences/"


def test_what_is_not_given_stays(ada: User) -> None:
    change_preferences(person=ada, given={"surround": "grey"})
    change_preferences(person=ada, given={"keys": {"skip": "q"}})
    ada.refresh_from_db()
    chosen = preferences_of(ada)
    assert (chosen.surround, chosen.theme, chosen.keys) == ("grey", "system", {"skip": "q"})


def test_the_api_reads_and_writes_them(ada: User) -> None:
    client = signed_in(ada)
    client.patch(URL, {"theme": "dark"}, content_type="application/json")
    assert client.get(URL).json() == {
        "surround": "black", "theme": "dark", "keys": {}, "time_zone": "UTC",
            "notices": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {"surround": "pink"},
        {"theme": ["dark"]},
        {"keys": {"launch": "x"}},
        {"keys": {"skip": "</script>"}},
        {"keys": {"skip": "7"}},
        {"keys": {"skip": "f"}},
        {"keys": "s"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": ["UTC"]},
        {"is_administrator": True},
        [],
    ],
)
def test_bad_preferences_change_nothing(ada: User, given: Any) -> None:
    response = signed_in(ada).patch(URL, given, content_type="application/json")
    assert response.status_code == 400
    ada.refresh_from_db()
    assert ada.preferences == {}


def test_what_an_older_version_stored_does_no_harm(ada: User) -> None:
    User.objects.update(preferences={"surround": "pink"})
    ada.refresh_from_db()
    assert preferences_of(ada).surround == "black"
