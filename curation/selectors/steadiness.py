"""How steady a person is, and how near to what is settled: from repeats and gold items."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from accounts.models import Project
from annotation.models import CopyResult, ItemPurpose
from curation.models import ScoreKind
from measures.statistics.gold import GoldReport, gold_report
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.proportion import Proportion
from measures.statistics.retest import Retest, flip_rate, retest, taste

# Whose grades are of which kind of score.
ITEM_TYPES = {ScoreKind.CROP: "crop_mos", ScoreKind.PHOTO: "photo_score"}
PAIRS = "preference_pair"
# The newest copies that somebody answered; habits of years ago say little.
MOST = 5_000


@dataclass(frozen=True)
class Steadiness:
    """On one scale: the person beside settled grades, beside themselves, and what of their
    inconsistency is taste, in grades."""

    gold: Maybe[GoldReport]
    retest: Maybe[Retest]
    taste: Maybe[float]


def steadiness_of(
    project: Project, person_id: int, kind: ScoreKind, inconsistency: float | None
) -> Steadiness:
    """From the copies that the person answered in all campaigns of this kind."""
    settled, given = _columns(project, person_id, ItemPurpose.GOLD, ITEM_TYPES[kind])
    first, again = _columns(project, person_id, ItemPurpose.REPEAT, ITEM_TYPES[kind])
    twice = retest(first, again)
    return Steadiness(gold_report(given, settled), twice, _taste(inconsistency, twice))


def flips_of(project: Project, person_id: int) -> Maybe[Proportion]:
    """How often a pair that came again went to the other crop."""
    return flip_rate(*_columns(project, person_id, ItemPurpose.REPEAT, PAIRS))


def _taste(inconsistency: float | None, twice: Maybe[Retest]) -> Maybe[float]:
    if isinstance(twice, NotKnown):
        return twice
    if inconsistency is None:
        return NotKnown("the person's inconsistency is not known")
    return taste(inconsistency, twice.value.within)


def _columns(
    project: Project, person_id: int, purpose: ItemPurpose, item_type: str
) -> tuple[list[float], list[float]]:
    """What was wanted and what was given, number by number."""
    rows = CopyResult.objects.filter(
        campaign__project=project, campaign__item_type=item_type, person=person_id,
        purpose=purpose, is_current=True,
    ).order_by("-pk")  # fmt: skip
    pairs = list(chain.from_iterable(rows.values_list("pairs", flat=True)[:MOST]))
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def in_words(found: Steadiness) -> dict[str, str]:
    """Each figure as a sentence, or why it is not known."""
    return {
        "Gold items": _gold_words(found.gold),
        "Repeats": _retest_words(found.retest),
        "Taste": _taste_words(found.taste),
    }


def _gold_words(found: Maybe[GoldReport]) -> str:
    if not isinstance(found, Known):
        return str(found)
    report, passed = found.value, found.value.passed
    verdict = {
        "passes": "enough", "fails": "fewer than wanted", "open": "open whether enough",
        "too_few": "too few to conclude",
    }[report.verdict]  # fmt: skip
    return (
        f"{passed.share:.0%} of {passed.n} grades within one of the settled grade "
        f"({passed.interval.low:.0%} to {passed.interval.high:.0%}): {verdict}; "
        f"{report.mean_error:+.2f} on average"
    )


def _retest_words(found: Maybe[Retest]) -> str:
    if not isinstance(found, Known):
        return str(found)
    told = found.value
    span = told.interval
    between = f" ({span.value.low:.2f} to {span.value.high:.2f})" if isinstance(span, Known) else ""
    return (
        f"{told.within:.2f} grades apart from oneself{between}, n {told.n}; "
        f"{told.exact.share:.0%} equal, {told.close.share:.0%} within one"
    )


def _taste_words(found: Maybe[float]) -> str:
    if not isinstance(found, Known):
        return str(found)
    return f"{found.value:.2f} grades that the person sees differently from the panel each time"


def flips_in_words(found: Maybe[Proportion]) -> str:
    """As a sentence, or why it is not known."""
    if not isinstance(found, Known):
        return str(found)
    share = found.value
    return (
        f"{share.share:.0%} of {share.n} repeated pairs went to the other crop "
        f"({share.interval.low:.0%} to {share.interval.high:.0%}); half would be guessing"
    )
