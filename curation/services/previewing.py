"""What a version would hold if it were frozen now: counts, losses, a few rows. Nothing is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from accounts.models import Project
from curation.models import Sample, SampleKind
from curation.rules import Rules
from curation.services.candidates import Lost
from curation.services.freezing import chosen_samples
from curation.services.sampling import candidates_of

# A page waits for this; the freeze itself counts everything.
MOST_CANDIDATES = 1000
SHOWN = 5


@dataclass
class Preview:
    """``counts`` is samples by kind and split; ``is_partial``: a kind has more rows than were
    counted."""

    counts: dict[SampleKind, Counter[str]] = field(default_factory=dict)
    lost: Lost = field(default_factory=Lost)
    rows: list[Sample] = field(default_factory=list)
    is_partial: bool = False

    @property
    def total(self) -> int:
        """All samples that were counted."""
        return sum(sum(counter.values()) for counter in self.counts.values())


@transaction.atomic
def preview_version(*, project: Project, rules: Rules) -> Preview:
    """Choose as a freeze would, at most `MOST_CANDIDATES` of each kind."""
    preview = Preview()
    shown: dict[SampleKind, list[Sample]] = {}
    for kind in rules.chosen_kinds():
        source = candidates_of(kind, project, rules, preview.lost)
        counter = preview.counts.setdefault(kind, Counter())
        samples = chosen_samples(project, rules, islice(source, MOST_CANDIDATES), preview.lost)
        for sample in samples:
            counter[sample.split] += 1
            if len(shown.setdefault(kind, [])) < SHOWN:
                shown[kind].append(sample)
        preview.is_partial |= next(source, None) is not None
    preview.rows = _mixed(list(shown.values()))
    return preview


def _mixed(by_kind: list[list[Sample]]) -> list[Sample]:
    """In turn one of each kind, so that every kind is seen."""
    turns = [rows[at] for at in range(SHOWN) for rows in by_kind if at < len(rows)]
    return turns[:SHOWN]
