"""Raw comments come in as a table: all of them or none, and every broken line is named."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from typing import IO

from django.db import transaction

from accounts.models import Project, User
from catalog.models import RawComment
from catalog.selectors.wording import one_line
from catalog.services.naming import PhotoNames
from catalog.services.tables import Row, read_table
from core import audit
from inference.visible import visible_text

MAX_TEXT = 10_000
MAX_ERRORS = 50
LIMITS = {"language": 16, "source": 200, "author": 120}


@dataclass(frozen=True)
class LineError:
    """What is wrong with one line of the file (counted from 1)."""

    line: int
    message: str


@dataclass(frozen=True)
class CommentReport:
    """``added`` comments are new, ``known`` were there before. With ``errors``, both are 0.

    At most `MAX_ERRORS` errors are listed; ``wrong`` counts them all.
    """

    added: int = 0
    known: int = 0
    errors: list[LineError] = field(default_factory=list)
    wrong: int = 0

    @property
    def words(self) -> str:
        """The outcome in a sentence."""
        if self.errors:
            return f"Nothing was added: {self.wrong:,} lines are wrong."
        known = f" {self.known:,} were here already." if self.known else ""
        return f"{self.added:,} comments were added.{known}"


@transaction.atomic
def import_comments(
    *, project: Project, stream: IO[bytes], filename: str, by: User
) -> CommentReport:
    """Read a CSV or JSONL file with the columns photo, text, language, source, author.

    ``photo`` is a photo's title, file name, content hash or id; ``photo`` and ``text`` are needed.
    Raises `InvalidInput` or `TooLarge` when the file as a whole cannot be read. The same file again
    adds nothing.
    """
    known_columns = {"photo", "text", *LIMITS}
    table = read_table(stream, filename=filename, needed={"photo", "text"}, known=known_columns)
    rows = list(table)
    names = PhotoNames(project, {row.cells["photo"].strip() for row in rows if not row.problem})
    comments, errors = _read(rows, names)
    if errors:
        return CommentReport(errors=errors[:MAX_ERRORS], wrong=len(errors))
    added = _add(comments)
    report = CommentReport(added=added, known=len(comments) - added)
    audit.record(
        actor=by,
        verb="comments.import",
        scope=project.scope,
        file=one_line(filename, 200),
        added=report.added,
        known=report.known,
    )
    return report


def _read(rows: list[Row], names: PhotoNames) -> tuple[list[RawComment], list[LineError]]:
    comments: dict[tuple[int, str], RawComment] = {}
    errors = []
    for row in rows:
        problem = row.problem or _cell_problem(row.cells) or names.problem(row.cells["photo"])
        if problem:
            errors.append(LineError(row.line, problem))
            continue
        comment = _comment(row.cells, names.photo_id(row.cells["photo"]))
        comments[comment.photo_id, comment.text_hash] = comment
    return list(comments.values()), errors


def _cell_problem(cells: dict[str, str]) -> str:
    if len(cells["text"]) > MAX_TEXT:
        return f"The text is longer than {MAX_TEXT:,} characters."
    if not visible_text(cells["text"]).strip():
        return "text is empty."
    for name, limit in LIMITS.items():
        if len(cells.get(name, "").strip()) > limit:
            return f"{name} is longer than {limit} characters."
    return ""


def _comment(cells: dict[str, str], photo_id: int) -> RawComment:
    text = unicodedata.normalize("NFC", visible_text(cells["text"])).strip()
    words = {name: one_line(cells.get(name), limit) for name, limit in LIMITS.items()}
    digest = hashlib.sha256(text.encode()).hexdigest()
    return RawComment(photo_id=photo_id, text=text, text_hash=digest, **words)


def _add(comments: list[RawComment]) -> int:
    photos = {comment.photo_id for comment in comments}
    stored = RawComment.objects.filter(photo_id__in=photos)
    before = stored.count()
    RawComment.objects.bulk_create(comments, ignore_conflicts=True, batch_size=2000)
    return stored.count() - before
