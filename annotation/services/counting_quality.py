"""Counting how drafts fare: three queries over a project's drafts, folded by model and by batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Project
from annotation.figures import Figures, Group
from annotation.models import DraftOutcome, DraftQuality
from core.jobs import JobRun
from measures.statistics.known import Interval, Known
from measures.statistics.summaries import median_of

KEY = (
    "d.kind, d.source_id, d.backend, d.model, d.revision, d.prompt_name, d.prompt_hash, r.batch_id"
)
DRAFTS = """
  FROM annotation_draft d JOIN catalog_photo p ON p.id = d.photo_id
  LEFT JOIN annotation_draftrequest r ON r.id = d.request_id
"""
MADE = f"""
SELECT {KEY}, count(*),
       count(v.id) FILTER (WHERE d.attempt = 1),
       count(v.id) FILTER (WHERE d.attempt = 1 AND v.passed),
       sum(d.tokens_in + coalesce(v.tokens_in, 0)), sum(d.tokens_out + coalesce(v.tokens_out, 0)),
       sum(coalesce(d.cost_usd, 0) + coalesce(v.cost_usd, 0)),
       count(*) FILTER (WHERE d.cost_usd IS NULL OR v.cost_usd IS NULL AND v.tokens_out > 0),
       max(d.id), max(v.id)
{DRAFTS} LEFT JOIN annotation_verdict v ON v.draft_id = d.id AND v.attempt = d.attempt
 WHERE p.project_id = %s GROUP BY {KEY}
"""
FOUND = f"""
SELECT {KEY}, finding ->> 'code', count(DISTINCT v.id)
{DRAFTS} JOIN annotation_verdict v ON v.draft_id = d.id AND NOT v.passed,
       jsonb_array_elements(v.findings) finding
 WHERE p.project_id = %s AND (finding ->> 'is_blocking')::boolean GROUP BY {KEY}, finding ->> 'code'
"""
ANSWERED = f"""
SELECT {KEY}, o.kind, o.distance, o.active_ms, o.reason_code, o.id
{DRAFTS} JOIN annotation_draftoutcome o ON o.draft_id = d.id AND o.is_current
 WHERE p.project_id = %s
"""
ENDED = """
SELECT r.batch_id, r.state, count(*),
       count(*) FILTER (WHERE r.state = 'failed' AND r.reason LIKE 'The model declined%%')
  FROM annotation_draftrequest r JOIN annotation_draftbatch b ON b.id = r.batch_id
 WHERE b.project_id = %s GROUP BY 1, 2
"""
PARTS = ("kind", "source", "backend", "model", "revision", "prompt_name", "prompt_hash", "batch")
WIDTH = len(PARTS)
MOST_CODES = 8

Key = tuple[Any, ...]


@dataclass
class _Tally:
    """One group while it is counted."""

    numbers: Counter[str] = field(default_factory=Counter)
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    reasons: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


@dataclass
class _Count:
    """All groups under one way of putting drafts together, and the newest rows that were seen."""

    place: Callable[[Key], Key]
    tallies: dict[Key, _Tally] = field(default_factory=lambda: defaultdict(_Tally))

    def of(self, row: Key) -> _Tally:
        return self.tallies[self.place(row[:WIDTH])]


def count_quality(run: JobRun) -> dict[str, Any]:
    """Handler of the kind: count all of it anew."""
    store_quality(project=Project.objects.get(pk=run.params["project"]))
    return {}


@transaction.atomic
def store_quality(*, project: Project) -> DraftQuality:
    """Count a project's drafts, checks and answers, and keep the figures."""
    counts = (_Count(lambda key: (*key[:-1], None)), _Count(lambda key: (key[0], key[-1])))
    made, answered = _rows(MADE, project), _rows(ANSWERED, project)
    for count in counts:
        _add_made(count, made)
        _add_answers(count, answered)
        _add_findings(count, _rows(FOUND, project))
    figures = Figures(models=_models(counts[0]), rounds=_rounds(counts[1], _rows(ENDED, project)))
    row, _ = DraftQuality.objects.update_or_create(
        project=project,
        defaults={
            "figures": figures.model_dump(mode="json"),
            "last_draft": max((each[-2] for each in made), default=0),
            "last_verdict": max((each[-1] or 0 for each in made), default=0),
            "last_outcome": max((each[-1] for each in answered), default=0),
            "computed_at": timezone.now(),
        },
    )
    return row


def _rows(query: str, project: Project) -> list[Key]:
    with connection.cursor() as cursor:
        cursor.execute(query, [project.pk])
        return list(cursor.fetchall())


def _add_made(count: _Count, rows: Iterable[Key]) -> None:
    names = ("drafts", "first", "passed", "tokens_in", "tokens_out")
    for row in rows:
        tally, values = count.of(row), row[WIDTH:]
        tally.numbers.update(dict(zip(names, values, strict=False)))
        tally.sums["usd"] += float(values[5])
        tally.numbers["unpriced"] += values[6]


def _add_answers(count: _Count, rows: Iterable[Key]) -> None:
    for row in rows:
        tally, (kind, distance, active_ms, reason, _) = count.of(row), row[WIDTH:]
        tally.numbers[kind] += 1
        if active_ms:
            tally.seconds.append(active_ms / 1000)
        if kind == DraftOutcome.Kind.REJECTED:
            tally.reasons[reason] += 1
        elif distance is not None:
            tally.numbers["distance_n"] += 1
            tally.sums["distance_sum"] += distance
            tally.sums["distance_squares"] += distance**2


def _add_findings(count: _Count, rows: Iterable[Key]) -> None:
    for row in rows:
        code, number = row[WIDTH:]
        count.of(row).findings[str(code)] += number


def _models(count: _Count) -> list[Group]:
    made = [_group(dict(zip(PARTS, key, strict=True)), each) for key, each in count.tallies.items()]
    return sorted(made, key=lambda each: (each.kind, each.source or 0, each.prompt_name))


def _rounds(count: _Count, ended: Iterable[Key]) -> list[Group]:
    states: dict[int, Counter[str]] = defaultdict(Counter)
    declined: Counter[int] = Counter()
    for batch, state, number, refused in ended:
        states[batch][state] += number
        declined[batch] += refused
    made = [
        _group({"kind": kind, "batch": batch}, tally).model_copy(
            update={"ended": dict(states[batch]), "declined": declined[batch]}
        )
        for (kind, batch), tally in count.tallies.items() if batch is not None
    ]  # fmt: skip
    return sorted(made, key=lambda each: (each.kind, each.batch or 0))


def _group(named: dict[str, Any], tally: _Tally) -> Group:
    codes = {
        "reasons": dict(tally.reasons.most_common(MOST_CODES)),
        "findings": dict(tally.findings.most_common(MOST_CODES)),
    }
    counted = {**named, **tally.numbers, **tally.sums, **_seconds(tally.seconds), **codes}
    return Group.model_validate(counted)


def _seconds(values: list[float]) -> dict[str, float | None]:
    found = median_of(values)
    if not isinstance(found, Known):
        return {}
    interval = found.value.interval
    ends = (interval.low, interval.high) if isinstance(interval, Interval) else (None, None)
    return {"seconds": found.value.value, "seconds_low": ends[0], "seconds_high": ends[1]}
