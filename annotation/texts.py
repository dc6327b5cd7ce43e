"""Drafts as plain texts that people judge: an answer, guidance, or a rationale, without its maker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from annotation.contents import AnswerContent, GuidanceContent, RationaleContent, parsed
from annotation.models import Adjudication, Draft, DraftKind, Item, Response
from annotation.subjects import CHUNK, Selection, photos_of

GUIDANCE_REVIEW = "guidance_review"
MAKER = ("backend", "model", "revision", "prompt_hash", "source_id")


@dataclass(frozen=True, slots=True)
class DraftedText:
    """A draft with the words that people judge."""

    draft: Draft
    text: str


def text_of(draft: Draft) -> str:
    """The draft's words as one text; empty where it has none that can be read."""
    content = parsed(draft)
    if isinstance(content, AnswerContent):
        return content.text.strip()
    if isinstance(content, RationaleContent):
        return content.rationale.strip()
    return guidance_words(content.model_dump()) if isinstance(content, GuidanceContent) else ""


def guidance_words(content: Mapping[str, object]) -> str:
    """Impression, analysis and guidance as paragraphs; the lists repeat these and are left out,
    unless there is nothing else."""
    parts = [str(content.get(name) or "").strip() for name in ("overall", "analysis", "guidance")]
    if not any(parts):
        lists = (content.get(name) for name in ("issues", "suggestions"))
        parts = [str(line).strip() for each in lists if isinstance(each, list) for line in each]
    return "\n\n".join(part for part in parts if part)


def newest_texts(project_id: int, kind: DraftKind, selection: Selection) -> Iterator[DraftedText]:
    """Of what each maker wrote about one thing (photo, question, crop) the newest, oldest maker
    first; without empty texts."""
    rows = (
        Draft.objects.filter(kind=kind, photo__in=photos_of(project_id, selection))
        .select_related("question")
        .order_by("photo_id", "question_id", "crop_id", *MAKER, "-pk")
        .distinct("photo_id", "question_id", "crop_id", *MAKER)
    )
    found = groupby(rows.iterator(CHUNK), key=about)
    for _, drafts in found:
        texts = (DraftedText(draft, text_of(draft)) for draft in drafts)
        yield from sorted((each for each in texts if each.text), key=lambda each: each.draft.pk)


def about(draft: Draft) -> tuple[int, int | None, int | None]:
    """What of which photo the draft speaks of."""
    return (draft.photo_id, draft.question_id, draft.crop_id)


def different(texts: Iterable[DraftedText]) -> list[DraftedText]:
    """Without those that say the same in the same words."""
    seen: dict[str, DraftedText] = {}
    for each in texts:
        seen.setdefault(" ".join(each.text.split()).casefold(), each)
    return list(seen.values())


def reference_guidance(project_id: int, selection: Selection) -> dict[int, str]:
    """What stands of each photo: the newest golden record of a guidance review, else the newest
    review that accepted a text."""
    items = Item.objects.filter(
        campaign__project=project_id, campaign__item_type=GUIDANCE_REVIEW,
        photo__in=photos_of(project_id, selection),
    )  # fmt: skip
    given = Response.objects.filter(item__in=items, replaced_by__isnull=True)
    golden = Adjudication.objects.filter(item__in=items, replaced_by__isnull=True)
    found: dict[int, str] = {}
    for rows in (given.order_by("pk"), golden.order_by("pk")):
        for photo_id, answer in rows.values_list("item__photo_id", "answer").iterator(CHUNK):
            if answer.get("verdict") == "accept" and (words := guidance_words(answer)):
                found[photo_id] = words
    return found
