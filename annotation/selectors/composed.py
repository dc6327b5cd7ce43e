"""CROP's chains: the drafts of one analysis, proposal and decision, and how stable samples are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from django.db.models import Q, QuerySet

from annotation.composed import where
from annotation.contents import CompositionContent, CropsContent, FoundElement, parsed
from annotation.models import Draft, DraftBatch, DraftKind, RequestState
from catalog.drawing.composition import is_drawn
from core.errors import NotFound
from measures.boxes import Box
from measures.geometry.elements import title_of

TITLES = {
    "composition.analyse": "Analysis",
    "crop.propose_composed": "Proposal",
    "crop.decide": "Decision",
}
DECIDE = "crop.decide"
MOST = 64


@dataclass(frozen=True)
class ChainStep:
    """One step of a chain, as a page shows it. ``words``: "3 elements" or "6 candidates"."""

    title: str
    draft: Draft
    is_here: bool

    @property
    def is_analysis(self) -> bool:
        """Whether it has a composition image."""
        return self.draft.kind == DraftKind.COMPOSITION


@dataclass(frozen=True)
class ElementRow:
    """An element of a composition with its number in the drawing."""

    number: int
    name: str
    title: str
    where: str
    note: str
    is_drawn: bool


@dataclass(frozen=True)
class Stability:
    """Mean pairwise IoU of the decisions of one photo, then the mean over ``photos``."""

    mean: float
    photos: int
    decisions: int


def step_of(draft: Draft) -> str:
    """The step that a draft was asked by; empty where no prompt was used."""
    return draft.prompt_name.partition("@")[0]


def chain_of(draft: Draft) -> list[ChainStep]:
    """Analysis, proposal and decision around a draft, as far as they are there."""
    if step_of(draft) not in TITLES:
        return []
    rows = [*_above(draft), draft, *_below(draft)]
    return [ChainStep(TITLES[step_of(row)], row, row.pk == draft.pk) for row in rows]


def _above(draft: Draft) -> list[Draft]:
    before = _made_from(draft)
    return [] if before is None else [*_above(before), before]


def _made_from(draft: Draft) -> Draft | None:
    paths = (str(path).partition("/") for path in draft.made_from)
    ids = [int(number) for kind, _, number in paths if kind == "draft" and number.isdigit()]
    rows = Draft.objects.filter(pk__in=ids, photo=draft.photo_id).prefetch_related("verdicts")
    return next((row for row in rows.order_by("-pk") if step_of(row) in TITLES), None)


def _below(draft: Draft) -> list[Draft]:
    """What was made from it; of several attempts or ablations the newest."""
    after = _made_of(draft)
    return [] if after is None else [after, *_below(after)]


def _made_of(draft: Draft) -> Draft | None:
    rows = Draft.objects.filter(photo=draft.photo_id, made_from__contains=[f"draft/{draft.pk}"])
    steps = Q()
    for step in TITLES:
        steps |= Q(prompt_name__startswith=f"{step}@")
    return rows.filter(steps).order_by("-pk").prefetch_related("verdicts").first()


def rows_of(composition: CompositionContent) -> list[ElementRow]:
    """The elements with the numbers that they have in the drawing."""
    return [_row(number, element) for number, element in enumerate(composition.elements, start=1)]


def _row(number: int, element: FoundElement) -> ElementRow:
    words = where(element).strip()
    return ElementRow(
        number, element.name.value, title_of(element.name), words, element.note,
        is_drawn(element.name),
    )  # fmt: skip


def composition_in(draft: Draft) -> CompositionContent:
    """The elements of a composition draft; `NotFound` for a draft of another kind."""
    content = parsed(draft)
    if not isinstance(content, CompositionContent):
        raise NotFound("This draft is no composition analysis.")
    return content


def decisions_of(batch: DraftBatch) -> QuerySet[Draft]:
    """The decisions that a batch ended with."""
    rows = Draft.objects.filter(request__batch=batch, prompt_name__startswith=f"{DECIDE}@")
    return rows.filter(request__state=RequestState.DRAFTED)


def stability_of(batch: DraftBatch) -> Stability | None:
    """How much the decisions of a photo's samples agree; None where no photo has two of them."""
    if int(batch.parameters.get("samples", 1)) < 2:
        return None
    boxes: dict[int, dict[int, Box]] = {}
    for photo, sample, content in (
        decisions_of(batch).order_by("pk").values_list("photo_id", "request__sample", "content")
    ):
        boxes.setdefault(photo, {})[sample] = CropsContent.model_validate(content).crops[0].as_box()
    means = [mean_iou(each.values()) for each in boxes.values() if len(each) > 1]
    if not means:
        return None
    count = sum(len(each) for each in boxes.values() if len(each) > 1)
    return Stability(fmean(means), len(means), count)


def mean_iou(boxes: Iterable[Box]) -> float:
    """Mean over all pairs of two boxes or more."""
    return fmean(one.iou(other) for one, other in combinations(list(boxes), 2))


def other_samples(draft: Draft) -> list[tuple[Draft, float]]:
    """A decision's other samples of the same photo and batch, with their IoU to it."""
    if step_of(draft) != DECIDE or draft.request is None:
        return []
    mine = CropsContent.model_validate(draft.content).crops[0].as_box()
    rows = decisions_of(draft.request.batch).filter(photo=draft.photo_id).exclude(pk=draft.pk)
    others = (
        rows.exclude(request=draft.request_id).select_related("request").order_by("request__sample")
    )
    return [
        (row, mine.iou(CropsContent.model_validate(row.content).crops[0].as_box()))
        for row in others[:MOST]
    ]
