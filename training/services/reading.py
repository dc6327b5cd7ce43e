"""From the trainer's diary into rows: metrics, checkpoints, how far it is; every event once."""

from __future__ import annotations

import math
from typing import Any

from django.db import transaction

from training.events import Event, tail
from training.models import Attempt, Checkpoint, Metric, Run
from training.places import run_folder

EVENTS = "events.jsonl"


def read_events(*, run: Run, attempt: Attempt) -> Event | None:
    """Store what is new in the diary; the last ``state`` event of this attempt, if it came now.

    The offset moves in the transaction that stores the rows, and only from the value it was read
    at: two readers, or one that was killed, store nothing twice.
    """
    last: Event | None = None
    while True:
        events, offset = tail(run_folder(run) / EVENTS, attempt.events_offset)
        if not events:
            return last
        with transaction.atomic():
            moved = Attempt.objects.filter(
                pk=attempt.pk, events_offset=attempt.events_offset
            ).update(events_offset=offset)
            if not moved:
                return last
            _store(run, events)
        attempt.events_offset = offset
        states = [e for e in events if e.type == "state" and e.attempt == attempt.number]
        last = states[-1] if states else last


def _store(run: Run, events: list[Event]) -> None:
    metrics = [row for event in events if event.type == "metric" for row in _metrics(run, event)]
    Metric.objects.bulk_create(metrics, ignore_conflicts=True)
    for event in events:
        if event.type == "checkpoint":
            _store_checkpoint(run, event.data)
    _store_progress(run, events)


def _metrics(run: Run, event: Event) -> list[Metric]:
    step, values = int(event.data.get("step", 0)), event.data.get("values") or {}
    return [
        Metric(run=run, attempt=event.attempt, step=step, name=str(name)[:60], value=float(value))
        for name, value in values.items()
        if isinstance(value, int | float) and math.isfinite(value)
    ]


def _store_checkpoint(run: Run, data: Any) -> None:
    step, is_final = int(data["step"]), bool(data.get("is_final"))
    known = Checkpoint.objects.filter(run=run, step=step, is_final=is_final)
    if data.get("is_pruned"):
        known.update(is_pruned=True)
        return
    Checkpoint.objects.update_or_create(
        run=run, step=step, is_final=is_final,
        defaults={
            "folder": f"{run.folder}/{data['path']}", "digest": data["digest"],
            "bytes": data["bytes"], "is_pruned": False,
        },
    )  # fmt: skip


def _store_progress(run: Run, events: list[Event]) -> None:
    changes: dict[str, Any] = {}
    for event in events:
        if event.type in ("metric", "state", "checkpoint") and "step" in event.data:
            changes["step"] = int(event.data["step"])
        if event.type == "state":
            changes["phase"] = str(event.data.get("state", ""))[:60]
            changes["max_steps"] = int(event.data.get("total") or run.max_steps or 0)
    if changes:
        Run.objects.filter(pk=run.pk).update(**changes)
        run.refresh_from_db()


def last_word(*, run: Run, attempt: Attempt) -> Event | None:
    """The closing event of an attempt, for a look after one that stored it but was cut off."""
    last, offset = None, 0
    while True:
        events, offset = tail(run_folder(run) / EVENTS, offset)
        if not events:
            return last
        states = [e for e in events if e.type == "state" and e.attempt == attempt.number]
        last = states[-1] if states else last
