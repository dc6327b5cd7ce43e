"""Device slots: rows claimed before an accelerator is used, so that no two runs fight over one."""

from __future__ import annotations

import re
import socket
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from core.errors import InvalidInput
from training.models import DeviceSlot, Run
from training.models.run import OPEN_STATES

SLOT_LEASE = timedelta(seconds=120)
_NVIDIA = re.compile(r"nvidia\d+")


def own_devices(devices: Path = Path("/dev")) -> int:
    """How many NVIDIA accelerators this machine, or this container, may use; asks no driver."""
    return sum(1 for path in devices.iterdir() if _NVIDIA.fullmatch(path.name))


def declare_slots(*, host: str, count: int) -> int:
    """Make the slots of a machine known: indices 0 to ``count`` - 1; how many were new."""
    known = DeviceSlot.objects.filter(host=host).count()
    DeviceSlot.objects.bulk_create(
        (DeviceSlot(host=host, index=index) for index in range(count)), ignore_conflicts=True
    )
    return DeviceSlot.objects.filter(host=host).count() - known


@transaction.atomic
def claim_slots(*, run: Run, host: str = "") -> bool:
    """All devices that the run asks for on ``host`` (this machine), or none; the processor alone
    needs no slot. `InvalidInput` when the machine has fewer than that."""
    if not run.devices or held_slots(run).count() == run.devices:
        return True
    host = host or socket.gethostname()
    _require_enough(run, host)
    free = DeviceSlot.objects.select_for_update(skip_locked=True).filter(_free(), host=host)
    chosen = [slot.pk for slot in free.order_by("index")[: run.devices]]
    if len(chosen) < run.devices:
        return False
    DeviceSlot.objects.filter(pk__in=chosen).update(holder=_holder(run), lease_until=_until())
    return True


def held_slots(run: Run) -> QuerySet[DeviceSlot]:
    """What the run holds, by index."""
    return DeviceSlot.objects.filter(holder=_holder(run)).order_by("index")


def keep_slots(*, run: Run) -> None:
    """Renew the lease of what the run holds."""
    if run.devices:
        held_slots(run).update(lease_until=_until())


def free_slots(*, run: Run) -> None:
    """Give back what the run holds."""
    DeviceSlot.objects.filter(holder=_holder(run)).update(holder="", lease_until=None)


def _holder(run: Run) -> str:
    return f"run/{run.pk}"


def _free() -> Q:
    """Nobody's, or left over; a run that is still open keeps its own, however long nobody looked."""
    open_runs = Run.objects.filter(state__in=OPEN_STATES, devices__gt=0)
    holders = open_runs.annotate(holder=Concat(Value("run/"), Cast(F("pk"), CharField()))).values(
        "holder"
    )
    return Q(holder="") | (Q(lease_until__lt=timezone.now()) & ~Q(holder__in=holders))


def _require_enough(run: Run, host: str) -> None:
    if host == socket.gethostname():
        declare_slots(host=host, count=own_devices())
    there = DeviceSlot.objects.filter(host=host).count()
    if there < run.devices:
        raise InvalidInput(
            f"The run asks for {run.devices} GPUs; the machine of its worker has {there}. "
            "Start it with fewer, or with 0 on the processor.",
            field="devices",
        )


def _until() -> datetime:
    return timezone.now() + SLOT_LEASE
