"""Agreement by question, by week and by pair of people, from stored rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.models import Project, User
from annotation.models import Campaign
from curation.models import Agreement, ScoreKind


@dataclass(frozen=True)
class Part:
    """One part's figures under the name that a reader knows it by."""

    name: str
    figures: Agreement


@dataclass(frozen=True)
class PairTable:
    """Alpha of every two people; ``cells`` are rows in the order of ``people``, None for nobody."""

    people: list[User]
    cells: list[list[Agreement | None]]


@dataclass(frozen=True)
class KindAgreement:
    """All that is known of one kind of score. ``weeks`` are by Monday, oldest first."""

    kind: ScoreKind
    whole: Agreement
    campaigns: list[Part]
    weeks: list[tuple[date, Agreement]]
    pairs: PairTable


def agreement_of(project: Project) -> list[KindAgreement]:
    """By kind of score, those with votes."""
    by_kind: dict[str, dict[str, Agreement]] = {}
    for row in Agreement.objects.filter(project=project):
        by_kind.setdefault(row.kind, {})[row.part] = row
    campaigns = dict(Campaign.objects.filter(project=project).values_list("pk", "name"))
    return [
        _of_kind(kind, by_kind[kind], campaigns)
        for kind in ScoreKind
        if kind in by_kind and by_kind[kind][""].n_people
    ]


def _of_kind(
    kind: ScoreKind, parts: dict[str, Agreement], campaigns: dict[int, str]
) -> KindAgreement:
    named = {tuple(part.split("/", 1)): row for part, row in parts.items() if part}
    of = {
        name: {key: row for (what, key), row in named.items() if what == name}
        for name in ("campaign", "week", "pair")
    }
    return KindAgreement(
        kind=kind,
        whole=parts[""],
        campaigns=[
            Part(campaigns.get(int(key), f"campaign {key}"), row)
            for key, row in sorted(of["campaign"].items(), key=lambda pair: int(pair[0]))
        ],
        weeks=[(_monday(key), row) for key, row in sorted(of["week"].items())],
        pairs=_pair_table(of["pair"]),
    )


def _monday(key: str) -> date:
    return date.fromisocalendar(int(key[:4]), int(key[4:]), 1)


def _pair_table(pairs: dict[str, Agreement]) -> PairTable:
    found = {tuple(int(number) for number in key.split("-")): row for key, row in pairs.items()}
    people = list(
        User.objects.filter(pk__in={pk for pair in found for pk in pair}).order_by("name", "pk")
    )
    cells = [
        [found.get((min(one.pk, other.pk), max(one.pk, other.pk))) for other in people]
        for one in people
    ]
    return PairTable(people, cells)
