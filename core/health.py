"""Two questions a balancer asks: does the process live, and can it serve."""

from __future__ import annotations

from collections.abc import Callable

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError


@require_safe
@never_cache
def is_alive(request: HttpRequest) -> HttpResponse:
    """``/healthz``: the process answers. Nothing else is asked, so a restart is never wasted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def is_ready(request: HttpRequest) -> HttpResponse:
    """``/readyz``: database, migrations and broker; 503 names what is missing, without details."""
    state = {name: _word(check) for name, check in CHECKS.items()}
    is_ok = all(word == "ok" for word in state.values())
    return JsonResponse(state, status=200 if is_ok else 503)


def _word(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, OperationalError, OSError):
        return "unreachable"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _broker() -> str:
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return "ok"


CHECKS = {"database": _database, "migrations": _migrations, "broker": _broker}
