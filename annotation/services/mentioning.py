"""Who is meant by @A, @lead or @Ben in a message.

Experts know each other by letters only. A lead may write a name: it becomes the letter before it is
stored, so that nobody learns whose letter it is. A name that an expert writes stays a word.
"""

from __future__ import annotations

import re

from accounts.models import Membership, User
from accounts.roles import HOLDERS, Right, can
from annotation.models import Item
from annotation.selectors.answers import letters_of

LETTER = re.compile(r"@([A-Z][0-9]*)\b")
LEAD = re.compile(r"@lead\b", re.IGNORECASE)


def find_mentions(*, text: str, item: Item, author: User) -> tuple[str, list[User]]:
    """The text with names turned into letters where a lead wrote it, and who is mentioned."""
    letters = {letter: person for person, letter in letters_of(item).items()}
    if can(author, Right.ADJUDICATE, item.campaign.project):
        text = _lettered(text, letters)
    people = {letters[each] for each in LETTER.findall(text) if each in letters}
    if LEAD.search(text):
        roles = HOLDERS[Right.ADJUDICATE]
        leads = Membership.objects.filter(project=item.campaign.project, role__in=roles)
        people |= set(leads.values_list("user_id", flat=True))
    return text, list(User.objects.filter(pk__in=people - {author.pk}).order_by("pk"))


def _lettered(text: str, letters: dict[str, int]) -> str:
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=letters.values())}
    for letter, person in letters.items():
        name = re.escape(names[person])
        text = re.sub(rf"@{name}(?!\w)", f"@{letter}", text, flags=re.IGNORECASE)
    return text
