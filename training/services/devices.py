"""Device slots: rows claimed before an accelerator is used, so that no two runs fight over one."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from training.models import DeviceSlot, Run

SLOT_LEASE = timedelta(seconds=120)


def declare_slots(*, host: str, count: int) -> int:
    """Make the slots of a machine known: indices 0 to ``count`` - 1; how many were new."""
    known = DeviceSlot.objects.filter(host=host).count()
    DeviceSlot.objects.bulk_create(
        (DeviceSlot(host=host, index=index) for index in range(count)), ignore_conflicts=True
    )
    return DeviceSlot.objects.filter(host=host).count() - known


@transaction.atomic
def claim_slots(*, run: Run) -> bool:
    """All devices that the run asks for, or none; the processor alone needs no slot."""
    holder = f"run/{run.pk}"
    if not run.devices or DeviceSlot.objects.filter(holder=holder).count() == run.devices:
        return True
    free = DeviceSlot.objects.select_for_update(skip_locked=True).filter(
        Q(holder="") | Q(lease_until__lt=timezone.now())
    )
    chosen = [slot.pk for slot in free.order_by("host", "index")[: run.devices]]
    if len(chosen) < run.devices:
        return False
    until = timezone.now() + SLOT_LEASE
    DeviceSlot.objects.filter(pk__in=chosen).update(holder=holder, lease_until=until)
    return True


def keep_slots(*, run: Run) -> None:
    """Renew the lease of what the run holds."""
    until = timezone.now() + SLOT_LEASE
    DeviceSlot.objects.filter(holder=f"run/{run.pk}").update(lease_until=until)


def free_slots(*, run: Run) -> None:
    """Give back what the run holds."""
    DeviceSlot.objects.filter(holder=f"run/{run.pk}").update(holder="", lease_until=None)
