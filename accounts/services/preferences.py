"""What a person prefers: the surround of photos, the theme, their own keys."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.db import transaction

from accounts.models import User
from accounts.notices import known_choices, parse_choices
from accounts.services.remapping import known_keys, parse_keys
from core.errors import InvalidInput

SURROUNDS = ("black", "grey", "white")
THEMES = ("system", "dark", "light")


@dataclass(frozen=True)
class Preferences:
    """``keys`` holds only what differs from the default: act (see `accounts.keys`) to key;
    ``notices`` when a kind of notice is mailed (see `accounts.notices`), where it differs too."""

    surround: str = "black"
    theme: str = "system"
    keys: dict[str, str] = field(default_factory=dict)
    time_zone: str = "UTC"
    notices: dict[str, str] = field(default_factory=dict)


def parse_preferences(given: Any, now: Preferences | None = None) -> Preferences:
    """``now`` with the given fields replaced; `InvalidInput` names the first one that is wrong."""
    if not isinstance(given, dict):
        raise InvalidInput("Preferences are an object of names and values.")
    fields = asdict(now or Preferences())
    for name in given:
        if name not in fields:
            raise InvalidInput(f"There is no preference {str(name)[:60]!r}.", field=str(name)[:60])
    for name, value in given.items():
        fields[name] = _CHECKS[name](value)
    return Preferences(**fields)


def preferences_of(person: User) -> Preferences:
    """What the person has chosen; what an older version stored and we no longer know is dropped."""
    stored = person.preferences
    known: dict[str, Any] = {
        "keys": known_keys(stored.get("keys")),
        "notices": known_choices(stored.get("notices")),
    }
    try:
        return parse_preferences({**stored, **known})
    except InvalidInput:
        return Preferences(**known)


def zone_of(person: User) -> ZoneInfo:
    """The time zone in which the person's days begin."""
    name = person.preferences.get("time_zone", "UTC")
    try:
        return ZoneInfo(name)
    except (ValueError, TypeError, OSError, ZoneInfoNotFoundError):  # no longer known here
        return ZoneInfo("UTC")


@transaction.atomic
def change_preferences(*, person: User, given: Any) -> Preferences:
    """Replace the given fields and keep the others."""
    locked = User.objects.select_for_update().get(pk=person.pk)
    chosen = parse_preferences(given, preferences_of(locked))
    User.objects.filter(pk=person.pk).update(preferences=asdict(chosen))
    return chosen


def _one_of(name: str, known: tuple[str, ...]) -> Any:
    def check(value: Any) -> str:
        if value not in known:
            raise InvalidInput(f"The {name} is one of {', '.join(known)}.", field=name)
        return str(value)

    return check


def _time_zone(value: Any) -> str:
    if not isinstance(value, str) or value not in available_timezones():
        raise InvalidInput(
            "The time zone is a name such as Europe/Lisbon or UTC.", field="time_zone"
        )
    return value


_CHECKS = {
    "surround": _one_of("surround", SURROUNDS),
    "theme": _one_of("theme", THEMES),
    "keys": parse_keys,
    "time_zone": _time_zone,
    "notices": parse_choices,
}
