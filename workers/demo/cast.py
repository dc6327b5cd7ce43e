"""The people of the demo: accounts with passwords of their own, drawn anew on each installation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import Membership, Project, Role, User

SLUG = "first-light"
NAME = "First Light (demo)"
DESCRIPTION = (
    "A demo. The photos are real, the experts' answers are invented, and a tiny model trained on a "
    "dozen photos proves the path, not quality."
)
ACCOUNTS = "demo-accounts.txt"
WORDS = [
    "amber",
    "anchor",
    "birch",
    "cedar",
    "cobalt",
    "copper",
    "delta",
    "ember",
    "fern",
    "harbor",
    "indigo",
    "juniper",
    "lantern",
    "maple",
]


@dataclass(frozen=True)
class Part:
    """One person of the demo."""

    name: str
    roles: tuple[Role, ...]
    does: str

    @property
    def email(self) -> str:
        """Addresses below example.org reach nobody."""
        return f"{self.name.lower()}@example.org"


EVERYTHING = Part(
    "Alex", (Role.EXPERT, Role.LEAD, Role.CURATOR, Role.RESEARCHER), "every role: start here"
)
EXPERTS = tuple(Part(name, (Role.EXPERT,), "expert") for name in ("Ines", "Marek", "Sofia"))
PARTS = (
    EVERYTHING,
    *EXPERTS,
    Part("Nora", (Role.LEAD,), "lead: campaigns, disagreement"),
    Part("Tom", (Role.CURATOR,), "curator: photos, datasets, people"),
    Part("Yuki", (Role.RESEARCHER,), "researcher: runs, models"),
)


@transaction.atomic
def make_cast() -> Project:
    """Project, people and roles, once; new accounts get new passwords, written to one file."""
    project, _ = Project.objects.get_or_create(
        slug=SLUG, defaults={"name": NAME, "description": DESCRIPTION, "is_demo": True}
    )
    passwords = {part: _account(part) for part in PARTS}
    for part in PARTS:
        user = User.objects.get(email=part.email)
        for role in part.roles:
            Membership.objects.get_or_create(user=user, project=project, role=role)
    if all(passwords.values()):
        _write(passwords)
    return project


def person(part: Part) -> User:
    """The account of a part."""
    return User.objects.get(email=part.email)


def _account(part: Part) -> str:
    if User.objects.filter(email=part.email).exists():
        return ""
    password = "-".join(
        [*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(900) + 100)]
    )
    User.objects.create_user(part.email, password, name=part.name)
    return password


def _write(passwords: dict[Part, str]) -> None:
    lines = ["Demo sign-ins (of this installation only):"]
    lines += [f"  {part.email:20} {word:28} {part.does}" for part, word in passwords.items()]
    path = Path(settings.VAR_DIR) / ACCOUNTS
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")
