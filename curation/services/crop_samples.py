"""Samples from crop scores: the best crop of a photo, and winners over losers.

The winner is the crop with the highest score. When several share it, the rule ``top_tie`` decides;
"first" is the oldest of them. Sources: CROP (winner highest MOS, loser a lower one); the gap, the
overlap and the cap are explained in ``docs/curation.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import Project
from catalog.models import Crop
from curation.conversations import box_text
from curation.models import SampleKind, Score
from curation.rules import Rules
from curation.selectors.deciding_scores import deciding_scores
from curation.selectors.discussed import photos_in_discussion
from curation.selectors.rationales import (
    AcceptedRationale,
    accepted_rationales,
    reviewed_photos,
)
from curation.selectors.votes import Vote, counted_votes
from curation.services.candidates import Candidate, Lost, batches, grouped
from measures.boxes import Box
from measures.statistics import combined, primary
from measures.statistics.known import value_or_none
from measures.statistics.pairs import Losers, Pair, PairRule, Scored, TopTie, pairs_of
from measures.statistics.ranks import TOLERANCE

PHOTOS_AT_ONCE = 200
OPEN_FLAG = "photo has an open flag"
FEW_VOTES = "crop has too few votes"
PROVISIONAL = "crop's score waits for the next fit"
TOP_TIE = "several crops share the highest score"
NO_WINNER = "photo gives no pair: nothing lies below its highest score"
SMALL_GAP = "pair's gap is too small"
ALIKE = "pair's boxes look alike"
SAME_TEXT = "pair's boxes are the same in whole percent"
OVER_CAP = "pair is over the photo's limit"


@dataclass(frozen=True)
class _Scored:
    """A photo with those of its scores that may count, highest first, equals oldest first."""

    photo_id: int
    scores: list[Score]
    votes: dict[int | None, list[Vote]]
    rationales: dict[int, AcceptedRationale]


def best_crops(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """SFT: the crop with the highest score, beside all that were scored; with the rationale that an
    expert accepted for it, where there is one."""
    kind = SampleKind.SFT_CROP
    for photo in _scored_photos(kind, project, rules, lost):
        top = [s for s in photo.scores if photo.scores[0].value - s.value <= TOLERANCE]
        if rules.top_tie is TopTie.SKIP and len(top) > 1:
            lost.add(kind, TOP_TIE)
            continue
        candidates = [_crop_data(score) for score in photo.scores]
        for best in top if rules.top_tie is TopTie.EACH else top[:1]:
            answer, sources = _crop_data(best), _sources(photo, best)
            accepted = photo.rationales.get(_crop_of(best).pk)
            if accepted is not None:
                answer["rationale"] = accepted.text
                sources = list(dict.fromkeys([*sources, *accepted.sources]))
            data = {"answer": answer, "candidates": candidates}
            yield Candidate(kind, photo.photo_id, data, sources)
    if rules.reviewed_crops:
        scored = set(
            deciding_scores(rules.score).filter(project=project).values_list("photo", flat=True)
        )
        flagged = set() if rules.include_flagged else photos_in_discussion(project)
        yield from _reviewed_crops(project, rules, scored, flagged)


def _reviewed_crops(
    project: Project, rules: Rules, scored: set[int], flagged: set[int]
) -> Iterator[Candidate]:
    """Crops that an expert called good while accepting their words, on photos that hold no score."""
    for batch in batches(reviewed_photos(project), PHOTOS_AT_ONCE):
        ids = [pk for pk in batch if pk not in scored and pk not in flagged]
        accepted = accepted_rationales(ids, include_flagged=rules.include_flagged)
        crops = Crop.objects.filter(pk__in=accepted, photo__in=ids)
        for crop in crops.order_by("photo__content_hash", "photo_id", "pk"):
            found = accepted[crop.pk]
            answer = {
                "box": [round(value, 6) for value in crop.corners], "rationale": found.text,
                "score": None, "n": 0,
            }  # fmt: skip
            made = [f"crop/{crop.pk}", *([crop.made_from] if crop.made_from else [])]
            data = {"answer": answer, "candidates": [answer]}
            sources = list(dict.fromkeys([*made, *found.sources]))
            yield Candidate(SampleKind.SFT_CROP, crop.photo_id, data, sources)


def crop_pairs(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """DPO: the highest score over lower ones, as far apart as the rules ask."""
    kind = SampleKind.DPO_CROP
    for photo in _scored_photos(kind, project, rules, lost):
        by_crop = {score.crop_id: score for score in photo.scores}
        for pair in _chosen_pairs(photo.scores, rules.pair_rule(), lost):
            winner, loser = by_crop[pair.winner], by_crop[pair.loser]
            data = {
                "chosen": _crop_data(winner), "rejected": _crop_data(loser),
                "gap": round(pair.gap, 6), "p": _rounded(value_or_none(pair.p)),
                "tier": pair.tier.value,
            }  # fmt: skip
            yield Candidate(kind, photo.photo_id, data, _sources(photo, winner, loser))


def _scored_photos(
    kind: SampleKind, project: Project, rules: Rules, lost: Lost
) -> Iterator[_Scored]:
    rows = deciding_scores(rules.score).filter(project=project)
    rows = rows.select_related("crop").order_by("photo__content_hash", "photo_id", "crop_id")
    flagged = set() if rules.include_flagged else photos_in_discussion(project)
    photos = grouped(rows.iterator(chunk_size=2000), lambda score: score.photo_id)
    for batch in batches(photos, PHOTOS_AT_ONCE):
        ids = [scores[0].photo_id for scores in batch]
        votes = _votes_by_crop(ids)
        rationales = accepted_rationales(ids, include_flagged=rules.include_flagged)
        for scores in batch:
            kept = _kept(kind, scores, flagged, rules, lost)
            if kept:
                yield _Scored(scores[0].photo_id, kept, votes, rationales)


def _kept(
    kind: SampleKind, scores: list[Score], flagged: set[int], rules: Rules, lost: Lost
) -> list[Score]:
    if scores[0].photo_id in flagged:
        lost.add(kind, OPEN_FLAG)
        return []
    settled = [score for score in scores if not score.is_provisional]
    lost.add(kind, PROVISIONAL, len(scores) - len(settled))
    kept = [score for score in settled if score.n >= rules.min_votes]
    lost.add(kind, FEW_VOTES, len(settled) - len(kept))
    # Rounded, or means that differ in the last bits alone would not count as equal.
    return sorted(kept, key=lambda score: (-round(score.value / TOLERANCE), score.crop_id))


def _votes_by_crop(photo_ids: list[int]) -> dict[int | None, list[Vote]]:
    found: dict[int | None, list[Vote]] = defaultdict(list)
    for vote in counted_votes(photo_ids):
        found[vote.crop_id].append(vote)
    return found


def _chosen_pairs(scores: list[Score], rule: PairRule, lost: Lost) -> list[Pair[int | None]]:
    """The pairs under the rule; what each part of the rule took away is counted."""
    kind = SampleKind.DPO_CROP
    if rule.top_tie is TopTie.SKIP and _is_tied(scores):
        lost.add(kind, TOP_TIE)
        return []
    crops = [_as_scored(score) for score in scores]
    free = replace(rule, losers=Losers.ALL, min_gap=0.0, max_iou=None, cap=None)
    every = len(pairs_of(crops, free))
    wide = len(pairs_of(crops, replace(free, min_gap=rule.min_gap)))
    apart = pairs_of(crops, replace(rule, cap=None))
    distinct = _distinct(apart, {score.crop_id: score for score in scores})
    chosen = distinct[: rule.cap]
    if not every:
        lost.add(kind, NO_WINNER)
    lost.add(kind, SMALL_GAP, every - wide)
    lost.add(kind, ALIKE, wide - len(apart))
    lost.add(kind, SAME_TEXT, len(apart) - len(distinct))
    lost.add(kind, OVER_CAP, len(distinct) - len(chosen))
    return chosen


def _is_tied(scores: list[Score]) -> bool:
    return len(scores) > 1 and scores[0].value - scores[1].value <= TOLERANCE


def _distinct(
    pairs: list[Pair[int | None]], scores: dict[int | None, Score]
) -> list[Pair[int | None]]:
    """Without pairs whose two answers would be written alike: trainers refuse them."""
    texts = {key: box_text(list(_crop_of(score).corners)) for key, score in scores.items()}
    return [pair for pair in pairs if texts[pair.winner] != texts[pair.loser]]


def _as_scored(score: Score) -> Scored[int | None]:
    # Without an interval the spread says nothing about certainty, so neither does p.
    is_known = score.sd is not None and score.low is not None
    variance = score.sd**2 if is_known and score.sd is not None else None
    if variance is not None and score.method not in (primary.METHOD, combined.METHOD):
        variance /= score.n  # of the mean, not of a vote; a posterior's is that of the score itself
    return Scored(score.crop_id, score.value, variance, Box(*_crop_of(score).corners))


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


def _sources(photo: _Scored, *scores: Score) -> list[str]:
    paths: list[str] = []
    for score in scores:
        crop = _crop_of(score)
        paths += [f"score/{score.pk}", f"crop/{crop.pk}"]
        paths += [crop.made_from] if crop.made_from else []
        paths += [vote.path for vote in photo.votes.get(crop.pk, [])]
    return list(dict.fromkeys(paths))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
