"""From curated rows to canonical samples: all that the rules allow, kind by kind, streamed."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from accounts.models import Project
from catalog.models import Photo
from curation.models import SampleKind
from curation.rules import PairSource, Rules, TextSource
from curation.services.candidates import Candidate, Lost, Maker
from curation.services.crop_samples import best_crops, crop_pairs
from curation.services.question_samples import gaps, outlined, rewarded
from curation.services.text_samples import guidance, revisions
from curation.services.voted_pairs import voted_pairs
from curation.services.voted_texts import has_text_votes, voted_rationales, voted_texts


def _pairs(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    make = voted_pairs if rules.pairs_from is PairSource.VOTES else crop_pairs
    return make(project, rules, lost)


def _texts(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """Revisions and voted pairs, as the rules say; a photo's revisions first."""
    if rules.texts_from is TextSource.VOTES:
        return voted_texts(project, rules, lost)
    if rules.texts_from is TextSource.REVISIONS or not has_text_votes(project):
        return revisions(project, rules, lost)
    hashes = dict(Photo.objects.filter(project=project).values_list("pk", "content_hash"))
    return heapq.merge(
        revisions(project, rules, lost), voted_texts(project, rules, lost),
        key=lambda each: (hashes[each.photo_id], each.photo_id),
    )  # fmt: skip


_MAKERS: dict[SampleKind, Maker] = {
    SampleKind.SFT_CROP: best_crops,
    SampleKind.SFT_GUIDANCE: guidance,
    SampleKind.DPO_CROP: _pairs,
    SampleKind.DPO_TEXT: _texts,
    SampleKind.DPO_RATIONALE: voted_rationales,
    SampleKind.SFT_REGION: outlined,
    SampleKind.RL_REGION: rewarded,
    SampleKind.RL_GAP: gaps,
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
