"""Which photo of the project a source means by a name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from accounts.models import Project
from catalog.services.naming import PhotoNames


class KnownPhotos:
    """Looks up all names of a source at once: as they are, without folders, without ending.

    A bare number is never a photo's id here, as it is in tables that people write: a source counts
    its own photos.
    """

    def __init__(self, project: Project, names: Iterable[str]) -> None:
        self._names = PhotoNames(project, {form for name in names for form in _forms(name)})

    def photo_id(self, name: str) -> int | None:
        """The one photo of this name, if there is exactly one."""
        form = self._form(name)
        return self._names.photo_id(form) if form and not self._names.problem(form) else None

    def is_doubtful(self, name: str) -> bool:
        """Whether several photos are called so."""
        form = self._form(name)
        return bool(form and self._names.problem(form))

    def problem(self, name: str) -> str:
        """Why no photo was found; empty when one was."""
        return self._names.problem(self._form(name) or name)

    def _form(self, name: str) -> str:
        return next((form for form in _forms(name) if self._names.is_known(form)), "")


def _forms(name: str) -> list[str]:
    path = PurePosixPath(name.replace("\\", "/"))
    forms = dict.fromkeys([name, path.name, path.stem])
    return [form for form in forms if form and not form.isdigit()]
