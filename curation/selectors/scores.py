"""Scores of a project as its people see them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from string import ascii_uppercase

import django_filters
from django.db.models import QuerySet

from accounts.models import Project, User
from core.errors import NotAllowed, NotFound
from curation.models import RaterFigures, Score, ScoreKind
from curation.selectors.blindness import HIDDEN, hidden_photos
from curation.selectors.comparisons import pair_votes_on
from curation.selectors.deciding_scores import IMPORTED_MEAN
from curation.selectors.votes import Vote, all_votes
from measures.statistics import combined, mos, primary

# A mean of fewer would be somebody's own.
FEWEST_VOTERS = 2
POINTS = {"first": 1.0, "second": 0.0, "tie": 0.5}  # what the first crop gets


class ScoreFilter(django_filters.FilterSet):
    """The only ways in which scores may be asked for."""

    kind = django_filters.ChoiceFilter(choices=ScoreKind.choices)
    photo = django_filters.NumberFilter(field_name="photo_id")
    crop = django_filters.NumberFilter(field_name="crop_id")
    min_value = django_filters.NumberFilter(field_name="value", lookup_expr="gte")
    max_value = django_filters.NumberFilter(field_name="value", lookup_expr="lte")
    min_n = django_filters.NumberFilter(
        field_name="n", lookup_expr="gte", help_text="Only scores of at least so many votes."
    )
    method = django_filters.ChoiceFilter(
        choices=[
            (mos.METHOD, "MOS"), (primary.METHOD, "primary"), (combined.METHOD, "combined"),
            (IMPORTED_MEAN, "mean of a source"),
        ]
    )  # fmt: skip
    rank = django_filters.NumberFilter(help_text="1 is the best crop of its photo.")


def scores_of(project: Project, reader: User) -> QuerySet[Score]:
    """The project's scores, without those of photos the reader may still be asked about."""
    rows = Score.objects.filter(project=project).select_related("photo", "crop")
    hidden = hidden_photos(project, reader)
    return rows if hidden is None else rows.filter(~hidden)


def score_in(project: Project, score_id: int, reader: User) -> Score:
    """One score; `NotFound` in another project, `NotAllowed` while the reader is to stay blind."""
    rows = Score.objects.filter(project=project).select_related("photo__project", "crop")
    score = rows.filter(pk=score_id).first()
    if score is None:
        raise NotFound("There is no such score in this project.")
    hidden = hidden_photos(project, reader)
    if hidden is not None and rows.filter(hidden, pk=score_id).exists():
        raise NotAllowed(HIDDEN, code="blind")
    return score


@dataclass(frozen=True)
class LetteredVote:
    """A vote with a letter in place of its person's name; letters go by first answer."""

    letter: str
    vote: Vote


def votes_behind(score: Score) -> list[LetteredVote]:
    """Every vote on what was scored, counted or not, oldest first."""
    letters: dict[int, str] = {}
    found = []
    for vote in all_votes(score.photo_id, score.crop_id):
        letter = letters.setdefault(vote.person_id, _letter(len(letters)))
        found.append(LetteredVote(letter, vote))
    return found


def other_methods(score: Score) -> list[Score]:
    """The scores of the same thing by other methods."""
    same = Score.objects.filter(kind=score.kind, photo=score.photo_id, crop=score.crop)
    return list(same.exclude(pk=score.pk).order_by("method"))


@dataclass(frozen=True)
class Against:
    """How a crop fared against another one of its photo; a tie is half a vote."""

    crop: int
    won: float
    votes: int


def comparisons_behind(score: Score) -> list[Against]:
    """The pair votes that a combined score rests on, by the other crop; nobody's name or letter."""
    if score.method != combined.METHOD or score.crop_id is None:
        return []
    won: dict[int, float] = defaultdict(float)
    votes: Counter[int] = Counter()
    for first, second, outcome in pair_votes_on(score.photo_id):
        if score.crop_id in (first, second) and outcome in POINTS:
            is_first = first == score.crop_id
            other = second if is_first else first
            won[other] += POINTS[outcome] if is_first else 1 - POINTS[outcome]
            votes[other] += 1
    return [Against(crop, won[crop], votes[crop]) for crop in sorted(votes)]


@dataclass(frozen=True)
class VotersHabits:
    """The people behind a score together, so that no letter can be told from a bias."""

    known: int
    mean_bias: float


def habits_of_voters(score: Score, votes: Sequence[LetteredVote]) -> VotersHabits | None:
    """What the last fit knows of everybody whose vote counts; None for fewer than two people."""
    people = {each.vote.person_id for each in votes if each.vote.is_counted}
    rows = RaterFigures.objects.filter(
        project=score.project_id, kind=score.kind, person_id__in=people, bias__isnull=False
    )
    biases = list(rows.values_list("bias", flat=True))
    if len(biases) < FEWEST_VOTERS:
        return None
    return VotersHabits(len(biases), fmean(bias or 0.0 for bias in biases))


def _letter(number: int) -> str:
    """A to Z, then AA, AB, ..."""
    more, last = divmod(number, len(ascii_uppercase))
    return (_letter(more - 1) if more else "") + ascii_uppercase[last]
