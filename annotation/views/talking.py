"""Threads of an item as pages show them, and what a page sends when somebody writes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from accounts.models import Project, User
from annotation.anchors import Anchor
from annotation.item_types import item_type_of
from annotation.models import Item, Message, Response
from annotation.selectors.answers import letters_of
from annotation.selectors.talks import LEAD
from core.errors import InvalidInput
from measures.boxes import Box

SENTENCE = re.compile("[^.!?…\n]+[.!?…]*[\"'\u201d\u2019)\\]]*")
LONGEST_LIST = 120
NO_TALK = "A discussion opens with a flag."
CLOSED = "The discussion is closed."


@dataclass
class Thread:
    """The message that began it, what it is about, the replies, and how many of all are the reader's."""

    root: Message
    about: str
    posts: list[dict[str, Any]] = field(default_factory=list)
    mine: int = 0


def threads_of(item: Item, reader: User, project: Project | None = None) -> dict[str, Any]:
    """Context of `annotation/threads.html`: threads, open ones first, and what one can write about."""
    letters = letters_of(item)
    rows = Message.objects.filter(discussion__item=item).order_by("pk").prefetch_related("mentions")
    threads: dict[int, Thread] = {}
    regions = 0
    for row in rows:
        root = row.reply_to_id or row.pk
        if row.reply_to_id is None:
            regions += row.anchor.get("kind") == "region"
            threads[root] = Thread(row, _about(row.anchor, letters, regions))
        threads[root].mine += row.author_id == reader.pk
        threads[root].posts.append(
            {
                "author": "you" if row.author_id == reader.pk else letters.get(row.author_id, LEAD),
                "at": row.created_at, "text": row.text,
                "note": _note(row, reader),
            }
        )  # fmt: skip
    found = sorted(threads.values(), key=lambda each: each.root.resolved_at is not None)
    return {
        "threads": found,
        "sentences": sentences_of(item, letters),
        "pins": [
            {"box": each.root.anchor["box"], "label": each.about.removeprefix("region "),
             "kind": "expert"}
            for each in threads.values() if each.root.anchor.get("kind") == "region"
        ],
        "is_project_page": project is not None,
        "begun": sum(each.root.author_id == reader.pk for each in found),
    }  # fmt: skip


def why_closed(item: Item) -> str:
    """Why nobody can write about the item now; empty where they can."""
    talk = getattr(item, "discussion", None)
    return NO_TALK if talk is None else "" if talk.is_open else CLOSED


def _about(anchor: dict[str, Any], letters: dict[int, str], number: int) -> str:
    if not anchor:
        return ""
    if anchor["kind"] == "region":
        return f"region {number}"
    return f"“{anchor['sentence']}”"


def _note(row: Message, reader: User) -> str:
    notes = ["after settling"] if row.about_id else []
    notes += ["to you"] if reader in row.mentions.all() else []
    return ", ".join(notes)


def sentences_of(item: Item, letters: dict[int, str]) -> list[tuple[str, str]]:
    """(value of the form, words) of each sentence of the draft and of the answers that differ from it."""
    kind = item_type_of(item.campaign)
    draft: dict[str, Any] = item.draft.content if item.draft and kind.texts else {}
    found = [
        (f"draft|{name}|{sentence}", f"draft, {name}: {_short(sentence)}")
        for name in kind.texts
        for sentence in _sentences(draft.get(name))
    ]
    known = {value.split("|", 1)[1] for value, _ in found}
    rows = Response.objects.filter(item=item, replaced_by__isnull=True).order_by("pk")
    for row in rows if kind.texts else ():
        new = [
            (name, sentence)
            for name in kind.texts
            for sentence in _sentences(row.answer.get(name))
            if f"{name}|{sentence}" not in known
        ]
        found += [
            (f"{row.pk}|{name}|{words}", f"{letters[row.person_id]}, {name}: {_short(words)}")
            for name, words in new
        ]
    return found[:LONGEST_LIST]


def _sentences(text: object) -> list[str]:
    found = (each.strip() for each in SENTENCE.findall(text if isinstance(text, str) else ""))
    return [each for each in found if each]


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"


def anchor_of(sent: QueryDict) -> Anchor:
    """What the form of a new thread says it is about: "", "region" with a box, or a sentence."""
    about = str(sent.get("about", ""))
    if about == "":
        return Anchor()
    if about == "region":
        try:
            return Anchor("region", box=Box(*(float(n) for n in sent.get("box", "").split(","))))
        except (ValueError, TypeError):
            raise InvalidInput("Mark the region on the photo first.", field="anchor") from None
    source, _, rest = about.partition("|")
    where, _, sentence = rest.partition("|")
    if source != "draft" and not (source.isascii() and source.isdigit() and len(source) < 19):
        raise InvalidInput("This is nothing to write about.", field="anchor")
    response = None if source == "draft" else int(source)
    return Anchor("sentence", where=where, sentence=sentence, response_id=response)


def reply_to_of(sent: QueryDict) -> int | None:
    """The thread that is replied to."""
    words = str(sent.get("reply_to", ""))
    if words and not (words.isascii() and words.isdigit() and len(words) < 19):
        raise InvalidInput("reply_to must be a whole number.", field="reply_to")
    return int(words) if words else None
