"""One's own keys: the registry, collisions, the form."""

from __future__ import annotations

import pytest

from accounts.keys import KeyPage, acts_of, all_acts, key_pages
from accounts.models import User
from accounts.services.preferences import change_preferences, preferences_of
from accounts.services.remapping import collisions, own_keys
from core.errors import InvalidInput
from tests.people import signed_in

pytestmark = pytest.mark.django_db
URL = "/account/keys/"


@pytest.mark.parametrize("page", key_pages(), ids=lambda page: page.name)
def test_no_default_key_does_two_things(page: KeyPage) -> None:
    held = [key for act in acts_of(page).values() for key in (act.key, *act.also)]
    assert sorted(held) == sorted(set(held))


def test_two_keys_may_be_swapped(ada: User) -> None:
    change_preferences(person=ada, given={"keys": {"skip": "f", "flag": "S"}})
    ada.refresh_from_db()
    assert own_keys(preferences_of(ada).keys, "crop_draw") == {"s": "f", "f": "s"}


def test_a_page_gets_only_its_own_acts() -> None:
    own = {"crop_mos.large": "v", "preference_pair.left": "q", "zoom": "y"}
    assert own_keys(own, "crop_mos") == {" ": "v"}
    assert own_keys(own, "preference_pair") == {"ArrowLeft": "q", "z": "y"}


def test_a_collision_says_where_and_between_what() -> None:
    words = collisions({"skip": "n"})["skip"]
    assert "The key N would do two things on " in words
    assert "Judging of model answers: skip, and note" in words


@pytest.mark.parametrize("key", ["j", "ArrowLeft", "x", "1", "", "ab", 7, None])
def test_keys_that_cannot_be_given(ada: User, key: object) -> None:
    with pytest.raises(InvalidInput):
        change_preferences(person=ada, given={"keys": {"skip": key}})


def test_with_shift_only_letters_do(ada: User) -> None:
    with pytest.raises(InvalidInput, match="letter"):
        change_preferences(person=ada, given={"keys": {"preference_pair.left": ";"}})


def test_what_is_no_longer_known_is_dropped_alone(ada: User) -> None:
    User.objects.update(preferences={"keys": {"launch": "l", "skip": "q", "flag": "q"}})
    ada.refresh_from_db()
    assert list(preferences_of(ada).keys.values()) == ["q"]


def fields(**changed: str) -> dict[str, str]:
    keys = {name: act.key for name, act in all_acts().items()}
    return {**keys, **changed}


def test_the_form_keeps_what_differs(ada: User) -> None:
    assert signed_in(ada).post(URL, fields(skip="Q", undo="")).status_code == 302
    ada.refresh_from_db()
    assert preferences_of(ada).keys == {"skip": "q"}


def test_the_form_tells_of_collisions_beside_the_field(ada: User) -> None:
    response = signed_in(ada).post(URL, fields(skip="N", zoom="7"))
    assert response.status_code == 400
    assert "skip, and note" in response.context["form"].errors["skip"][0]
    assert "not a digit" in response.context["form"].errors["zoom"][0]
    ada.refresh_from_db()
    assert preferences_of(ada).keys == {}


def test_all_keys_go_back(ada: User) -> None:
    change_preferences(person=ada, given={"keys": {"skip": "q"}, "surround": "grey"})
    signed_in(ada).post(URL, {"reset": "all"})
    ada.refresh_from_db()
    assert (preferences_of(ada).keys, preferences_of(ada).surround) == ({}, "grey")
