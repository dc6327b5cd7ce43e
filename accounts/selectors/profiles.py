"""Profiles, as their owners and the leads and curators of a project see them."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Profile, User


def profile_of(person: User) -> Profile:
    """The person's profile; an empty one, not stored, where they wrote none."""
    return Profile.objects.filter(person=person).first() or Profile(person=person)


def profiles_of(people: Collection[int]) -> dict[int, Profile]:
    """The profiles of these people, by their ids; who wrote none is left out."""
    return {each.person_id: each for each in Profile.objects.filter(person__in=people)}


def count_without_consent(people: Collection[int]) -> int:
    """How many of these have not agreed to any text."""
    agreed = Profile.objects.filter(person__in=people, consent_at__isnull=False)
    return len(set(people)) - agreed.count()
