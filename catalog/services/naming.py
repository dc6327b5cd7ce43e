"""How a table names a photo: by id, content hash, file name or title, in this order."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Project
from catalog.models import ImportedFile, Photo

_HASH = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[1-9][0-9]{0,17}")


class PhotoNames:
    """Looks up all names of a table at once, within one project."""

    def __init__(self, project: Project, names: Iterable[str]) -> None:
        self._found: dict[str, set[int]] = {}
        photos, wanted = Photo.objects.filter(project=project), set(names)
        self._by_id(photos, wanted)
        self._by_hash(photos, wanted)
        self._by_file(project, wanted - set(self._found))
        self._by_title(photos, wanted - set(self._found))

    def problem(self, name: str) -> str:
        """What is wrong with a name; empty when it means exactly one photo."""
        found = self._found.get(name.strip(), set())
        if not found:
            return f"There is no photo called {name.strip()[:80]!r} in this project."
        if len(found) > 1:
            return f"{len(found)} photos are called {name.strip()[:80]!r}; use the photo's id."
        return ""

    def is_known(self, name: str) -> bool:
        """Whether any photo is called so."""
        return name.strip() in self._found

    def photo_id(self, name: str) -> int:
        """The one photo of a name without a problem."""
        (found,) = self._found[name.strip()]
        return found

    def _add(self, name: str, photo_id: int) -> None:
        self._found.setdefault(name, set()).add(photo_id)

    def _by_id(self, photos: QuerySet[Photo], wanted: set[str]) -> None:
        ids = [int(name) for name in wanted if _ID.fullmatch(name)]
        for photo_id in photos.filter(pk__in=ids).values_list("pk", flat=True):
            self._add(str(photo_id), photo_id)

    def _by_hash(self, photos: QuerySet[Photo], wanted: set[str]) -> None:
        hashes = [name for name in wanted if _HASH.fullmatch(name)]
        found = photos.filter(content_hash__in=hashes)
        for photo_id, digest in found.values_list("pk", "content_hash"):
            self._add(digest, photo_id)

    def _by_file(self, project: Project, wanted: set[str]) -> None:
        if not wanted:
            return
        files = ImportedFile.objects.filter(photo_import__project=project, photo__isnull=False)
        for photo_id, path in files.values_list("photo_id", "name").iterator(chunk_size=5000):
            for name in {path, path.rpartition("/")[2]} & wanted:
                self._add(name, photo_id)

    def _by_title(self, photos: QuerySet[Photo], wanted: set[str]) -> None:
        found = photos.filter(title__in=wanted)
        for photo_id, title in found.values_list("pk", "title"):
            self._add(title, photo_id)
