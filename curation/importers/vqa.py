"""Questions with accepted answers, in the layouts of TextVQA and DocVQA, or as a plain list.

TextVQA: ``{"data": [{"question_id", "image_id", "question", "answers": [ten], "image_width", ...}]}``.
DocVQA: ``{"data": [{"questionId", "image", "question", "answers"}]}``. A plain JSON list or JSONL of
``question, image, question_id, answers`` is read too, with ``bbox`` where an answer's region is known. Ten
equal answers stay ten: VQA accuracy counts them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from pydantic import Field

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Options, Record, RecordBox, RecordQuestion
from curation.importers._choices import Numbers, corners_of
from curation.importers._records import Size, listed, mapped, photo_name, photo_size, worded
from curation.importers._tables import LISTS, list_rows

MAX_ANSWERS = 50
IDS = ("question_id", "questionId", "id")


class VqaOptions(Options):
    """How regions are written."""

    numbers: Numbers = Field(
        default=Numbers.CORNERS, title="Numbers of a region (bbox)",
        description="Percent and shares need the photo's width and height in the file.",
    )  # fmt: skip


class Vqa(Importer):
    """One question a record."""

    name = "vqa"
    title = "Questions with answers (TextVQA, DocVQA)"
    description = (
        "Questions about photos with their accepted answers, and regions where they are given."
    )
    files = "the questions' JSON file, or a .jsonl file"
    endings = (".json", *LISTS)
    options_model = VqaOptions
    photos_repeat = True
    example = {
        "questions.json": (
            '{"dataset_name": "textvqa", "data": [\n {"question_id": 7, "image_id": "pier",\n'
            '  "image_width": 100, "image_height": 80,\n'
            '  "question": "what is the number of the boat?", "answers": ["12", "12", "13"]}]}'
        ),
        "more.jsonl": (
            '{"question": "What stands on the sign?", "image": "pier.jpg", "question_id": 8,'
            ' "answers": ["closed"], "bbox": [10, 20, 30, 40]}\n'
        ),
    }

    def entries(self) -> Iterator[Entry]:
        """One a question."""
        for name in self.given.names(".json"):
            for entry in self.read_json(name, inside=frozenset({"data"})):
                if entry.key in ("", "data"):
                    yield Entry(entry.file, entry.line, "", entry.value)
        for name in self.given.names(*LISTS):
            yield from list_rows(self.read_lines(name))

    def record(self, entry: Entry) -> Record | None:
        """The photo with this one question."""
        said = mapped("The entry", entry.value)
        size = _size(said)
        record = Record(photo=_photo(said), size=size)
        text = worded("question", said.get("question"))
        question = RecordQuestion(text, _answers(said), _number(said, text))
        if said.get("bbox") is not None:
            numbers = (
                self.options.numbers if isinstance(self.options, VqaOptions) else Numbers.CORNERS
            )
            record.boxes.append(RecordBox(corners_of(said["bbox"], numbers, size), "region"))
            question.box = 0
        record.questions.append(question)
        return record


def _photo(said: dict[str, Any]) -> str:
    for name in ("image", "image_path", "file_name"):
        if isinstance(said.get(name), str):
            return photo_name(PurePosixPath(said[name].replace("\\", "/")).name)
    number = photo_name(said.get("image_id"))
    return number if "." in number else f"{number}.jpg"


def _size(said: dict[str, Any]) -> Size | None:
    for width, height in (("image_width", "image_height"), ("width", "height")):
        if width in said or height in said:
            return photo_size(said.get(width), said.get(height))
    return None


def _answers(said: dict[str, Any]) -> list[str]:
    given = said.get("answers", said.get("answer"))
    given = [given] if isinstance(given, str) else given
    found = [worded("An answer", each) for each in listed("answers", given)]
    if not 1 <= len(found) <= MAX_ANSWERS:
        words = f"A question has 1 to {MAX_ANSWERS} accepted answers; this has {len(found)}."
        raise InvalidInput(words, field="answers")
    return found


def _number(said: dict[str, Any], text: str) -> str:
    for name in IDS:
        value = said.get(name)
        if isinstance(value, int | str) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:120]
    return hashlib.sha256(text.encode()).hexdigest()[:16]
