"""From the trainer's diary into rows: metrics, samples, checkpoints, how far it is; every event once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from inference.visible import visible_text
from training.events import Event, tail
from training.heartbeat import read_beat
from training.models import Attempt, Checkpoint, Metric, Run, WatchedAnswer
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
        last = _last_state(events, attempt) or last


def last_word(*, run: Run, attempt: Attempt) -> Event | None:
    """The closing event of an attempt, for a look after one that stored it but was cut off."""
    last, offset = None, 0
    while True:
        events, offset = tail(run_folder(run) / EVENTS, offset)
        if not events:
            return last
        last = _last_state(events, attempt) or last


def read_step(*, run: Run) -> None:
    """How far the heartbeat is: finer than the diary, which tells only every so many steps."""
    beat = read_beat(run_folder(run) / "heartbeat")
    if beat is not None and beat.phase == "training" and beat.step > run.step:
        Run.objects.filter(pk=run.pk, step__lt=beat.step).update(step=beat.step)


def _last_state(events: Iterable[Event], attempt: Attempt) -> Event | None:
    states = [e for e in events if e.type == "state" and e.attempt == attempt.number]
    return states[-1] if states else None


def _store(run: Run, events: list[Event]) -> None:
    metrics = [row for event in events if event.type == "metric" for row in _metrics(run, event)]
    Metric.objects.bulk_create(metrics, ignore_conflicts=True)
    _store_answers(run, [event for event in events if event.type == "sample"])
    for event in events:
        if event.type == "checkpoint":
            _store_checkpoint(run, event.data)
        elif event.type == "state":
            _store_state(run, event)
    _store_progress(run, events)


def _metrics(run: Run, event: Event) -> Iterator[Metric]:
    step, values = int(event.data.get("step", 0)), event.data.get("values") or {}
    for name, value in values.items():
        if isinstance(value, int | float) and math.isfinite(value):
            yield Metric(
                run=run, attempt=event.attempt, step=step, name=str(name)[:60], value=float(value)
            )


def _store_answers(run: Run, events: list[Event]) -> None:
    found: dict[tuple[int, str], WatchedAnswer] = {}
    for event in events:
        step = int(event.data.get("step", 0))
        for image in (event.data.get("images") or [])[:1]:
            found[step, str(image)] = WatchedAnswer(
                run=run, step=step, image=str(image)[:200], wanted=_text(event, "wanted"),
                answer=_text(event, "answer"),
            )  # fmt: skip
    WatchedAnswer.objects.bulk_create(
        found.values(), update_conflicts=True, unique_fields=["run", "step", "image"],
        update_fields=["wanted", "answer"],
    )  # fmt: skip


def _text(event: Event, name: str) -> str:
    return visible_text(str(event.data.get(name, "")))[:20_000]


def _store_checkpoint(run: Run, data: Any) -> None:
    step, is_final = int(data["step"]), bool(data.get("is_final"))
    if data.get("is_pruned"):
        Checkpoint.objects.filter(run=run, step=step, is_final=is_final).update(is_pruned=True)
        return
    Checkpoint.objects.update_or_create(
        run=run, step=step, is_final=is_final,
        defaults={
            "folder": f"{run.folder}/{data['path']}", "digest": data["digest"],
            "bytes": data["bytes"], "is_pruned": False,
        },
    )  # fmt: skip


def _store_state(run: Run, event: Event) -> None:
    if event.data.get("state") == "training":
        Attempt.objects.filter(run=run, number=event.attempt).update(
            resumed_at_step=int(event.data.get("step", 0))
        )


def _store_progress(run: Run, events: list[Event]) -> None:
    changes: dict[str, Any] = {}
    for event in events:
        if event.type in ("metric", "state", "checkpoint") and "step" in event.data:
            changes["step"] = int(event.data["step"])
        if event.type == "state":
            changes["phase"] = str(event.data.get("state", ""))[:60]
        if event.type == "state" and event.data.get("total"):
            changes["max_steps"] = int(event.data["total"])
    if changes:
        Run.objects.filter(pk=run.pk).update(**changes)
        run.refresh_from_db()
