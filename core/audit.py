"""Writing the audit log. Call ``record`` inside the transaction that makes the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import acting
from core.models import AuditEntry

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def record(
    *,
    actor: AbstractBaseUser | None,
    verb: str,
    scope: str = "",
    target: str = "",
    **detail: object,
) -> AuditEntry:
    """Store who did what; ``detail`` must be JSON and must hold no secret."""
    return AuditEntry.objects.create(
        actor_id=getattr(actor, "pk", None), verb=verb, scope=scope, target=target, detail=detail,
        place=acting.place()[:80],
    )  # fmt: skip
