"""An expert's own account of themselves, and their consent. Nobody writes another's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.consent import CURRENT
from accounts.models import Credit, Profile, User
from core import audit
from core.errors import InvalidInput
from inference.visible import visible_text

SPECIALITIES = (
    "architecture", "documentary", "fine art", "landscape", "macro", "nature and wildlife", "night",
    "portrait", "product and food", "sports", "street", "teaching", "travel", "picture editing",
)  # fmt: skip
MOST_YEARS = 80
LONGEST = {"more": 300, "languages": 200, "pseudonym": 80}


@transaction.atomic
def change_profile(
    *,
    person: User,
    years: int | None,
    specialities: Sequence[str],
    more: str,
    languages: str,
    credit: str,
    pseudonym: str,
) -> Profile:
    """Replace what is told; the consent stays."""
    if years is not None and not 0 <= years <= MOST_YEARS:
        raise InvalidInput(
            f"Experience is a number of years from 0 to {MOST_YEARS}.", field="years"
        )
    if set(specialities) - set(SPECIALITIES):
        raise InvalidInput("Choose specialities from the list.", field="specialities")
    if credit not in Credit.values:
        raise InvalidInput("Choose how you are credited.", field="credit")
    words = {"more": more, "languages": languages, "pseudonym": pseudonym}
    told = {name: _line(name, text) for name, text in words.items()}
    if credit == Credit.PSEUDONYM and not told["pseudonym"]:
        raise InvalidInput("Write the name that shall stand in the credits.", field="pseudonym")
    chosen = [each for each in SPECIALITIES if each in specialities]
    values: dict[str, Any] = {"years": years, "specialities": chosen, "credit": credit, **told}
    profile, _ = Profile.objects.update_or_create(person=person, defaults=values)
    return profile


@transaction.atomic
def set_consent(*, person: User, is_given: bool) -> Profile:
    """Agree to the present text, or take it back; said again it changes nothing."""
    Profile.objects.get_or_create(person=person)
    profile = Profile.objects.select_for_update().get(person=person)
    version = CURRENT if is_given else None
    if profile.consent_version == version:
        return profile
    profile.consent_version = version
    profile.consent_at = timezone.now() if is_given else None
    profile.save(update_fields=["consent_version", "consent_at", "changed_at"])
    verb = "consent.give" if is_given else "consent.withdraw"
    audit.record(actor=person, verb=verb, target=f"user/{person.pk}", version=CURRENT)
    return profile


def _line(name: str, text: str) -> str:
    words = " ".join(visible_text(text).split())
    if len(words) > LONGEST[name]:
        raise InvalidInput(f"This is longer than {LONGEST[name]} characters.", field=name)
    return words
