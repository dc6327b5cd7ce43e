"""Title, author, licence and source of a photo: from defaults, a manifest, or a person's edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import IO, Self

from django.db import transaction

from accounts.models import User
from catalog.models import Photo
from catalog.selectors.wording import one_line
from catalog.services.tables import read_table
from core import audit
from core.errors import InvalidInput

LIMITS = {"title": 200, "author": 200, "licence": 200, "source": 500}


@dataclass(frozen=True)
class Credit:
    """Four short texts, each on one line."""

    title: str = ""
    author: str = ""
    licence: str = ""
    source: str = ""

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """From a form, JSON or a manifest's row; `InvalidInput` names what is too long."""
        texts = {}
        for field in fields(cls):
            words = one_line(given.get(field.name), 10_000)
            if len(words) > LIMITS[field.name]:
                limit = LIMITS[field.name]
                raise InvalidInput(
                    f"The {field.name} is longer than {limit} characters.", field=field.name
                )
            texts[field.name] = words
        return cls(**texts)

    def over(self, other: Credit) -> Credit:
        """This one where it says something, else the other."""
        mine, theirs = asdict(self), asdict(other)
        return Credit(**{name: mine[name] or theirs[name] for name in LIMITS})


class Manifest:
    """Credits by file name, as a manifest lists them: full path first, then the bare name."""

    def __init__(self, rows: Mapping[str, Credit] | None = None) -> None:
        self._rows = dict(rows or {})

    def __len__(self) -> int:
        return len(self._rows)

    def credit_of(self, name: str) -> Credit:
        """What the manifest says of a file; all empty where it says nothing."""
        path = name.replace("\\", "/").removeprefix("./")
        return self._rows.get(path) or self._rows.get(path.rpartition("/")[2]) or Credit()

    def joined(self, other: Manifest) -> Manifest:
        """Both; the other's rows win."""
        return Manifest(self._rows | other._rows)


def is_manifest(name: str) -> bool:
    """Whether a file of an import is its manifest."""
    return name.replace("\\", "/").rpartition("/")[2].lower() in {
        "manifest.csv",
        "manifest.jsonl",
    }


def read_manifest(stream: IO[bytes], *, filename: str) -> Manifest:
    """A table with the column ``file`` and any of title, author, licence, source.

    Raises `InvalidInput` with the line of the first broken row.
    """
    rows: dict[str, Credit] = {}
    known = {"file", *LIMITS}
    for row in read_table(stream, filename=filename, needed={"file"}, known=known):
        if row.problem:
            raise InvalidInput(f"{filename}: {row.problem}", line=row.line, field="file")
        try:
            credit = Credit.of(row.cells)
        except InvalidInput as error:
            raise InvalidInput(f"{filename}: {error.message}", line=row.line) from error
        rows[row.cells["file"].strip().replace("\\", "/").removeprefix("./")] = credit
    return Manifest(rows)


@transaction.atomic
def set_credit(*, photo: Photo, changes: Mapping[str, object], by: User) -> Photo:
    """Change any of title, author, licence and source; nothing else of a photo can be changed."""
    wrong = sorted(set(changes) - set(LIMITS))
    if wrong:
        words = f"Only {', '.join(LIMITS)} can be changed, not {wrong[0]}."
        raise InvalidInput(words, field=wrong[0][:60])
    credit = asdict(Credit.of(changes))
    new = {name: credit[name] for name in changes}
    old = {name: getattr(photo, name) for name in new}
    if new == old:
        return photo
    Photo.objects.filter(pk=photo.pk).update(**new)
    scope, target = photo.project.scope, f"photo/{photo.pk}"
    audit.record(actor=by, verb="photo.credit", scope=scope, target=target, before=old, after=new)
    photo.refresh_from_db()
    return photo
