"""Plain builders of rows: every argument that a test does not care about has a sensible value."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Any

from accounts.models import Membership, Project, Role, User
from catalog.models import Crop, CropOrigin, Photo, PhotoState

PASSWORD = "quiet-darkroom-7"
_number = count(1)


def make_user(
    name: str = "", *, email: str = "", password: str | None = None, **fields: Any
) -> User:
    """A person; without a password they are signed in by `tests.people.signed_in`."""
    name = name or f"Person {next(_number)}"
    email = email or f"{name.lower().replace(' ', '.')}@example.org"
    return User.objects.create_user(email, password, name=name, **fields)


def make_project(slug: str = "", **fields: Any) -> Project:
    """A project without people."""
    slug = slug or f"project-{next(_number)}"
    return Project.objects.create(slug=slug, **{"name": slug.capitalize(), **fields})


def make_member(project: Project, user: User | str, *roles: Role | str) -> User:
    """The person (made if only a name is given) with these roles in the project."""
    person = make_user(user) if isinstance(user, str) else user
    for role in roles:
        Membership.objects.create(project=project, user=person, role=role)
    return person


def make_photo(project: Project, **fields: Any) -> Photo:
    """A ready photo row of 1200 x 800 pixels without a stored file."""
    number = next(_number)
    ready = {
        "state": PhotoState.READY,
        "original": f"originals/made/{number}.jpg",
        "content_hash": hashlib.sha256(f"photo {number}".encode()).hexdigest(),
        "media_type": "image/jpeg",
        "bytes": 1000,
        "width": 1200,
        "height": 800,
        "title": f"Photo {number}",
    }
    return Photo.objects.create(project=project, **{**ready, **fields})


def make_crop(
    photo: Photo, box: tuple[float, float, float, float] = (0.1, 0.1, 0.9, 0.9), **fields: Any
) -> Crop:
    """A crop row with normalised corners x1, y1, x2, y2."""
    x1, y1, x2, y2 = box
    drawn = {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "origin": CropOrigin.EXPERT}
    return Crop.objects.create(photo=photo, **{**drawn, **fields})
