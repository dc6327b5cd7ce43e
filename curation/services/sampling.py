"""From curated rows to canonical samples: all that the rules allow, kind by kind, streamed."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import Project
from curation.models import SampleKind
from curation.rules import PairSource, Rules
from curation.services.candidates import Candidate, Lost, Maker
from curation.services.crop_samples import best_crops, crop_pairs
from curation.services.text_samples import guidance, revisions
from curation.services.voted_pairs import voted_pairs


def _pairs(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    make = voted_pairs if rules.pairs_from is PairSource.VOTES else crop_pairs
    return make(project, rules, lost)


_MAKERS: dict[SampleKind, Maker] = {
    SampleKind.SFT_CROP: best_crops,
    SampleKind.SFT_GUIDANCE: guidance,
    SampleKind.DPO_CROP: _pairs,
    SampleKind.DPO_TEXT: revisions,
}


def candidates(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """Every candidate, by kind and within a kind by the photo's content hash: an order that does
    not depend on row ids."""
    for kind in rules.chosen_kinds():
        yield from candidates_of(kind, project, rules, lost)


def candidates_of(
    kind: SampleKind, project: Project, rules: Rules, lost: Lost
) -> Iterator[Candidate]:
    """The candidates of one kind."""
    return _MAKERS[kind](project, rules, lost)
