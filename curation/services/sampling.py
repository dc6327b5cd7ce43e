"""From curated rows to canonical samples: one generator per kind of sample.

A candidate's ``data`` is free of dialects and of row ids, so that the same curation gives the same
digest anywhere; ``made_from`` holds the ids that lead back to people and models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Project
from annotation.contents import GuidanceContent
from annotation.models import Flag, FlagState, Item, Response
from catalog.models import Crop
from curation.models import SampleKind, Score, ScoreKind
from curation.rules import Rules
from measures.boxes import Box
from measures.statistics.pairs import Scored, TopTie, pairs_of


@dataclass(frozen=True)
class Candidate:
    """A sample before split and benchmark rules."""

    kind: SampleKind
    photo_id: int
    data: dict[str, Any]
    made_from: list[str]


@dataclass
class Lost:
    """How many candidates each rule took away."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str, count: int = 1) -> None:
        """Count a loss under a reason in words."""
        self.counts[reason] += count


def candidates(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """All samples that the rules allow, in a stable order, streamed photo by photo."""
    for kind in rules.kinds:
        yield from _MAKERS[kind](project, rules, lost)


def _scored_photos(project: Project, rules: Rules, lost: Lost) -> Iterator[tuple[int, list[Score]]]:
    """Photos with the scores of their crops that may count, best first."""
    rows = Score.objects.filter(project=project, kind=ScoreKind.CROP, method="mos")
    rows = rows.select_related("crop").order_by("photo_id", "-value", "crop_id")
    flagged = set() if rules.include_flagged else _photos_in_discussion(project)
    for photo_id, scores in _grouped(rows.iterator(chunk_size=2000)):
        if photo_id in flagged:
            lost.add("photo has an open flag")
            continue
        kept = [score for score in scores if score.n >= rules.min_votes]
        lost.add("crop has too few votes", len(scores) - len(kept))
        if kept:
            yield photo_id, kept


def _grouped(rows: Iterator[Score]) -> Iterator[tuple[int, list[Score]]]:
    current: list[Score] = []
    for row in rows:
        if current and current[0].photo_id != row.photo_id:
            yield current[0].photo_id, current
            current = []
        current.append(row)
    if current:
        yield current[0].photo_id, current


def _photos_in_discussion(project: Project) -> set[int]:
    flags = Flag.objects.filter(item__campaign__project=project).exclude(state=FlagState.SETTLED)
    return set(flags.values_list("item__photo_id", flat=True))


def _best_crops(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    for photo_id, scores in _scored_photos(project, rules, lost):
        top = [score for score in scores if score.value == scores[0].value]
        if rules.top_tie is TopTie.SKIP and len(top) > 1:
            lost.add("several crops share the highest score")
            continue
        for best in top if rules.top_tie is TopTie.EACH else top[:1]:
            yield Candidate(
                SampleKind.SFT_CROP, photo_id,
                {"answer": _crop_data(best), "candidates": [_crop_data(each) for each in scores]},
                _crop_sources(best),
            )  # fmt: skip


def _crop_data(score: Score) -> dict[str, Any]:
    crop = _crop_of(score)
    return {
        "box": [round(value, 6) for value in crop.corners],
        "rationale": crop.rationale,
        "score": round(score.value, 6),
        "n": score.n,
    }


def _crop_of(score: Score) -> Crop:
    if score.crop is None:  # the database has a constraint against it
        raise ValueError(f"score {score.pk} is of no crop")
    return score.crop


def _crop_sources(*scores: Score) -> list[str]:
    paths: list[str] = []
    for score in scores:
        crop = _crop_of(score)
        votes = crop.ratings.filter(is_current=True).order_by("response_id")
        paths += [f"crop/{crop.pk}", *([crop.made_from] if crop.made_from else [])]
        paths += [f"response/{pk}" for pk in votes.values_list("response_id", flat=True)]
    return list(dict.fromkeys(paths))


def _crop_pairs(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    for photo_id, scores in _scored_photos(project, rules, lost):
        by_crop = {score.crop_id: score for score in scores}
        pairs = pairs_of([_as_scored(score) for score in scores], rules.pair_rule())
        if not pairs:
            lost.add("photo gives no pair under the rules")
        for pair in pairs:
            winner, loser = by_crop[pair.winner], by_crop[pair.loser]
            yield Candidate(
                SampleKind.DPO_CROP, photo_id,
                {
                    "chosen": _crop_data(winner), "rejected": _crop_data(loser),
                    "gap": round(pair.gap, 6), "p": _rounded(getattr(pair.p, "value", None)),
                    "tier": pair.tier.value,
                },
                _crop_sources(winner, loser),
            )  # fmt: skip


def _as_scored(score: Score) -> Scored[int | None]:
    variance = score.sd**2 / score.n if score.sd is not None else None
    return Scored(score.crop_id, score.value, variance, Box(*_crop_of(score).corners))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _guidance(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    seen: set[tuple[int, str]] = set()
    for response in _accepted_guidance(project, rules, lost):
        content = _content_of(response)
        key = (response.item.photo_id, content.as_critique())
        if key in seen:
            lost.add("two experts left the same text")
            continue
        seen.add(key)
        yield Candidate(
            SampleKind.SFT_GUIDANCE, response.item.photo_id, content.model_dump(),
            _text_sources(response),
        )  # fmt: skip


def _revisions(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    for response in _accepted_guidance(project, rules, lost):
        draft = response.item.draft
        if draft is None:
            continue
        before, after = GuidanceContent(**draft.content), _content_of(response)
        if before == after:
            lost.add("the expert changed nothing")
            continue
        marks = response.answer.get("marks", [])
        yield Candidate(
            SampleKind.DPO_TEXT, response.item.photo_id,
            {"chosen": after.model_dump(), "rejected": before.model_dump(), "marks": marks},
            _text_sources(response),
        )  # fmt: skip


def _accepted_guidance(project: Project, rules: Rules, lost: Lost) -> Iterator[Response]:
    rows = Response.objects.filter(
        item__campaign__project=project,
        item__campaign__item_type="guidance_review",
        replaced_by=None,
    ).select_related("item__draft")
    in_discussion = set() if rules.include_flagged else _flagged_items(project)
    for response in rows.order_by("item__photo_id", "item_id", "pk").iterator(chunk_size=1000):
        if response.item_id in in_discussion:
            lost.add("item has an open flag")
        elif response.answer.get("verdict") != "accept":
            lost.add("the expert rejected the draft")
        else:
            yield response


def _flagged_items(project: Project) -> set[int]:
    items = Item.objects.filter(campaign__project=project, flags__settled_at=None)
    return set(items.exclude(flags=None).values_list("pk", flat=True))


def _content_of(response: Response) -> GuidanceContent:
    fields = GuidanceContent.model_fields
    return GuidanceContent(
        **{name: response.answer[name] for name in fields if name in response.answer}
    )


def _text_sources(response: Response) -> list[str]:
    draft = response.item.draft
    from_draft = [f"draft/{draft.pk}", *draft.made_from] if draft else []
    return [f"response/{response.pk}", *from_draft]


Maker = Callable[[Project, Rules, Lost], Iterator[Candidate]]
_MAKERS: dict[SampleKind, Maker] = {
    SampleKind.SFT_CROP: _best_crops,
    SampleKind.SFT_GUIDANCE: _guidance,
    SampleKind.DPO_CROP: _crop_pairs,
    SampleKind.DPO_TEXT: _revisions,
}
