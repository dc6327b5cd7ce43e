"""The rows of an export, read one at a time: an index of line starts, never the rows themselves.

Reads TRL's conversational format, one JSON object per line, image paths relative to the export:

    sft_*  {"images": ["images/ab/<sha>.jpg"], "prompt": [message...], "completion": [message...]}
    dpo_*  {"images": [...], "prompt": [...], "chosen": [...], "rejected": [...]}
    rl_*   {"images": [...], "prompt": [...], "question", "answers": [text...], "answer": text,
            "solution_bbox": [x1, y1, x2, y2] in whole percent or null, "original": path (gaps only)}

A message is ``{"role", "content"}``; content is a string (the images then stand before the first
user turn) or a list of parts, with one ``{"type": "image"}`` per image.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import orjson

from core.errors import InvalidInput
from measures.boxes import Box
from measures.boxes.conversions import from_percent

Kind = Literal["sft", "dpo", "rl"]
Message = dict[str, Any]
ANSWERS: dict[Kind, tuple[str, ...]] = {
    "sft": ("completion",), "dpo": ("chosen", "rejected"), "rl": (),
}  # fmt: skip
_ROLES = frozenset({"system", "user", "assistant"})


@dataclass(frozen=True, slots=True)
class Truth:
    """What an answer is rewarded by: the question, all accepted answers, the most common one, an
    expert's box where there is one, and the picture that a crop is cut from."""

    question: str
    accepted: tuple[str, ...]
    answer: str
    box: Box | None
    original: Path


@dataclass(frozen=True, slots=True)
class Row:
    """``images`` are absolute paths of files that exist; ``answers`` are those of the kind, ``truth``
    only rewarded rows have."""

    images: tuple[Path, ...]
    prompt: list[Message]
    answers: dict[str, list[Message]]
    truth: Truth | None = None


class Rows(Sequence[Row]):
    """The rows of one file. Opening checks every line; memory is eight bytes a row."""

    def __init__(self, path: Path, kind: Kind, *, limit: int | None = None) -> None:
        self.path = path
        self.kind = kind
        self._starts = array("Q")
        with path.open("rb") as file:
            start = 0
            for number, line in enumerate(file, start=1):
                if limit is not None and len(self._starts) >= limit:
                    break
                if line.strip():
                    self._parse(line, number)
                    self._starts.append(start)
                start += len(line)

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        start = self._starts[index]
        with self.path.open("rb") as file:
            file.seek(start)
            return self._parse(file.readline(), index + 1)

    def __iter__(self) -> Iterator[Row]:
        return (self[index] for index in range(len(self)))

    def _parse(self, line: bytes, number: int) -> Row:
        try:
            return _row(orjson.loads(line), self.kind, self.path.parent)
        except (orjson.JSONDecodeError, ValueError) as error:
            raise InvalidInput(f"{self.path.name}: {error}.", field="data", line=number) from error


def open_rows(folder: Path, sample: str, split: str, *, limit: int | None = None) -> Rows | None:
    """The rows of ``<sample>-<split>.jsonl``, or None when the export has no such file.

    ``sample`` is a kind of sample that exports hold, like ``sft_crop`` or ``dpo_text``. Raises
    `InvalidInput` with the line of the first row that cannot be read.
    """
    path = folder / f"{sample}-{split}.jsonl"
    kind: Kind = next((each for each in ANSWERS if sample.startswith(f"{each}_")), "sft")
    return Rows(path, kind, limit=limit) if path.is_file() else None


def _row(found: Any, kind: Kind, root: Path) -> Row:
    if not isinstance(found, dict):
        raise ValueError("the row is not a JSON object")
    images = tuple(_image(path, root) for path in _list(found, "images"))
    prompt = _messages(found, "prompt")
    _check_placeholders(prompt, len(images))
    answers = {name: _messages(found, name) for name in ANSWERS[kind]}
    if kind == "dpo" and answers["chosen"] == answers["rejected"]:
        raise ValueError("chosen and rejected are the same, so there is nothing to prefer")
    return Row(images, prompt, answers, _truth(found, images, root) if kind == "rl" else None)


def _truth(found: dict[str, Any], images: tuple[Path, ...], root: Path) -> Truth:
    accepted = [_text(answer, "answers") for answer in _list(found, "answers")]
    original = found.get("original")
    return Truth(
        question=_text(found.get("question"), "question"),
        accepted=tuple(accepted),
        answer=_text(found.get("answer"), "answer"),
        box=_box(found.get("solution_bbox")),
        original=_image(original, root) if original is not None else images[0],
    )


def _box(value: Any) -> Box | None:
    if value is None:
        return None
    try:
        return from_percent(value)
    except (InvalidInput, TypeError):
        raise ValueError("'solution_bbox' must be a box in percent, or null") from None


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name!r} must be text that is not empty")
    return value


def _list(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    if not isinstance(value, list) or not value:
        raise ValueError(f"{name!r} must be a list that is not empty")
    return value


def _image(path: Any, root: Path) -> Path:
    if not isinstance(path, str) or not path:
        raise ValueError("an image is the path of a file inside the export")
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise ValueError(f"the image path {path!r} leads out of the export")
    found = root / relative
    if not found.is_file():
        raise ValueError(f"the image {path!r} is missing from the export")
    return found


def _messages(found: dict[str, Any], name: str) -> list[Message]:
    messages = _list(found, name)
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            raise ValueError(f"{name!r} holds a message without a known role")
        if not isinstance(message.get("content"), str | list) or not message["content"]:
            raise ValueError(f"{name!r} holds a message without content")
    return messages


def _check_placeholders(prompt: list[Message], images: int) -> None:
    parts = [message["content"] for message in prompt if isinstance(message["content"], list)]
    if not parts:
        if all(message["role"] != "user" for message in prompt):
            raise ValueError("'prompt' needs a message of the user, for the images to stand in")
        return
    marked = sum(_is_image(part) for content in parts for part in content)
    if marked != images:
        raise ValueError(f"'prompt' marks {marked} images but the row has {images}")


def _is_image(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "image"
