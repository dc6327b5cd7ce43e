"""Samples from pair votes: the crop that most people chose over the one they did not.

Nothing is derived from scores here. A pair needs enough votes and a clear enough majority; where the
rules ask for it, the Bradley-Terry worths of all votes on the photo must agree, by a gap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Project
from catalog.models import Crop
from curation.conversations import box_text
from curation.models import SampleKind
from curation.rules import Rules
from curation.selectors.comparisons import compared_photos
from curation.selectors.discussed import photos_in_discussion
from curation.selectors.pair_tallies import Tally, pair_tallies
from curation.services.candidates import Candidate, Lost, batches
from measures.boxes import Box
from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.comparisons import Choice
from measures.statistics.known import Known
from measures.statistics.majority import Majority, NoMajority, majority
from measures.statistics.pairs import tier_of
from measures.statistics.ranks import TOLERANCE

PHOTOS_AT_ONCE = 200
KIND = SampleKind.DPO_CROP
OPEN_FLAG = "photo has an open flag"
SMALL_WORTH = "pair's gap of worths is too small, against the majority, or not known"
ALIKE = "pair's boxes look alike"
SAME_TEXT = "pair's boxes are the same in whole percent"
OVER_CAP = "pair is over the photo's limit"


@dataclass(frozen=True)
class _Pair:
    """A majority with the votes behind it, and the gap of worths where the rules ask for one."""

    found: Majority[int]
    tally: Tally
    gap: float | None


def voted_pairs(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """DPO: of every two crops that were compared, the one that most people chose."""
    photos = compared_photos(project).order_by("content_hash", "pk").values_list("pk", flat=True)
    flagged = set() if rules.include_flagged else photos_in_discussion(project)
    for batch in batches(photos.iterator(chunk_size=2000), PHOTOS_AT_ONCE):
        tallies = pair_tallies(batch)
        crops = Crop.objects.in_bulk(_ends(tallies))
        for photo_id in batch:
            if photo_id in flagged:
                lost.add(KIND, OPEN_FLAG)
                continue
            for pair in _chosen(tallies.get(photo_id, []), crops, rules, lost):
                yield _candidate(photo_id, pair, crops)


def _ends(tallies: Mapping[int, Sequence[Tally]]) -> set[int]:
    return {crop for each in tallies.values() for tally in each for crop in tally.ends}


def _chosen(
    tallies: Sequence[Tally], crops: Mapping[int, Crop], rules: Rules, lost: Lost
) -> list[_Pair]:
    """The pairs of one photo, the surest first; what each rule took away is counted."""
    pairs = []
    for pair in _majorities(tallies, rules, lost):
        winner, loser = (crops[pk] for pk in (pair.found.winner, pair.found.loser))
        if pair.gap is not None and pair.gap < rules.min_worth - TOLERANCE:
            lost.add(KIND, SMALL_WORTH)
        elif Box(*winner.corners).iou(Box(*loser.corners)) >= rules.max_iou:
            lost.add(KIND, ALIKE)
        elif box_text(list(winner.corners)) == box_text(list(loser.corners)):
            lost.add(KIND, SAME_TEXT)
        else:
            pairs.append(pair)
    pairs.sort(key=lambda pair: (-pair.found.p, pair.tally.ends))
    lost.add(KIND, OVER_CAP, len(pairs) - len(pairs[: rules.pairs_per_photo]))
    return pairs[: rules.pairs_per_photo]


def _majorities(tallies: Sequence[Tally], rules: Rules, lost: Lost) -> list[_Pair]:
    rule, worths = rules.majority_rule(), _worths(tallies) if rules.min_worth else None
    found = []
    for tally in tallies:
        first, second = tally.ends
        said = majority(first, second, tally.wins[first], tally.wins[second], rule)
        if isinstance(said, NoMajority):
            lost.add(KIND, said.value)
            continue
        found.append(_Pair(said, tally, _gap(worths, said)))
    return found


def _gap(worths: Mapping[int, float] | None, said: Majority[int]) -> float | None:
    if worths is None:
        return None
    winner, loser = worths.get(said.winner), worths.get(said.loser)
    # A fit that did not settle knows no worths: then no gap is wide enough.
    return -math.inf if winner is None or loser is None else winner - loser


def _worths(tallies: Sequence[Tally]) -> dict[int, float]:
    """Bradley-Terry worths of the photo's crops, from all its votes and ties. Two crops that were
    compared always share a scale."""
    rows = [
        (first, second, choice, count)
        for tally in tallies
        for first, second in [tally.ends]
        for choice, count in (
            (Choice.LEFT, tally.wins[first]), (Choice.RIGHT, tally.wins[second]),
            (Choice.NEITHER, tally.ties),
        )
        if count
    ]  # fmt: skip
    if not rows:
        return {}
    left, right, said, counts = zip(*rows, strict=True)
    fitted = bradley_terry(left, right, said, counts, with_intervals=False)
    scores = {crop: fitted.crop(crop) for crop in {*left, *right}}
    return {crop: each.value.worth for crop, each in scores.items() if isinstance(each, Known)}


def _candidate(photo_id: int, pair: _Pair, crops: Mapping[int, Crop]) -> Candidate:
    found = pair.found
    winner, loser = crops[found.winner], crops[found.loser]
    p = round(found.p, 6)
    data = {
        "chosen": _crop_data(winner), "rejected": _crop_data(loser),
        "votes": {"for": found.votes, "against": found.against, "ties": pair.tally.ties},
        "gap": None if pair.gap is None else round(pair.gap, 6), "p": p,
        "tier": tier_of(Known(p)).value,
    }  # fmt: skip
    return Candidate(KIND, photo_id, data, _sources(winner, loser, pair.tally))


def _crop_data(crop: Crop) -> dict[str, Any]:
    return {"box": [round(value, 6) for value in crop.corners], "rationale": crop.rationale}


def _sources(winner: Crop, loser: Crop, tally: Tally) -> list[str]:
    paths: list[str] = []
    for crop in (winner, loser):
        paths += [f"crop/{crop.pk}"]
        paths += [crop.made_from] if crop.made_from else []
    return list(dict.fromkeys([*paths, *tally.paths]))
