"""The whole site from start to end: services, database, web, workers, demo, and down again."""

from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command, get_commands
from django.db import connections

from core.embedded.postgres import EmbeddedPostgres
from core.embedded.valkey import EmbeddedValkey
from core.errors import Unavailable
from core.supervisor import demo, ground, programs, statics
from core.supervisor.children import Child, Supervisor, end_leftovers

ROUND_SECONDS = 0.2
START_SECONDS = 90.0
# The command of another package that ends what must not run on without us.
END_RUNS = "end_runs"
# Addresses that mean "every network of this machine", and how a person on it says them.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - names, bound only when asked for

Say = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """Where the site answers and where its data lies."""

    host: str
    port: int
    var: Path

    @property
    def address(self) -> str:
        """The address for a person on this machine."""
        host = EVERYWHERE.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def run(place: Place, say: Say) -> None:
    """Start everything and stay until a signal says stop; then end everything, in order."""
    began = time.monotonic()
    with suppress(KeyboardInterrupt), ground.stop_on_signals(), ExitStack() as stack:
        stack.enter_context(ground.only_one(place.var))
        end_leftovers(place.var)
        ground.require_free_port(place.host, place.port)
        ground.ensure_secret_key(place.var / "secret_key")
        stack.callback(say, "Stopped. All data is kept.")
        _start_services(place.var, stack)
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        statics.collect_if_changed(say)
        stack.callback(_end_runs)  # after the workers, who would start them again
        supervisor = Supervisor(place.var, _environment(place), say)
        stack.callback(supervisor.stop)
        stack.callback(say, "\nStopping ...")
        _serve(place, supervisor, say)
        say(f"Reframe is ready at {place.address} (after {time.monotonic() - began:.1f} s)")
        _stay(place, supervisor, stack)


def _start_services(var: Path, stack: ExitStack) -> None:
    if not os.environ.get("DATABASE_URL"):
        database = EmbeddedPostgres(var)
        stack.callback(database.stop)
        database.start()
    if not os.environ.get("BROKER_URL"):
        queue = EmbeddedValkey(var)
        stack.callback(queue.stop)
        queue.start()


def _end_runs() -> None:
    """Processes that outlive their workers by design save their work and end with the site."""
    if END_RUNS in get_commands():
        call_command(END_RUNS, verbosity=0)


def _environment(place: Place) -> dict[str, str]:
    """What differs on one's own machine from the production defaults; the environment wins."""
    own = {"HTTPS": "0", "SITE_URL": place.address, "PYTHONUNBUFFERED": "1"}
    return {name: os.environ.get(name, value) for name, value in own.items()}


def _serve(place: Place, supervisor: Supervisor, say: Say) -> None:
    """The web first, so that a person can look while the rest starts."""
    web = supervisor.start(programs.web(place.host, place.port))
    _wait_until_it_answers(place, supervisor, web)
    for program in programs.workers():
        supervisor.start(program)
    supervisor.start(programs.beat(str(place.var / "beat-schedule")))


def _stay(place: Place, supervisor: Supervisor, stack: ExitStack) -> None:
    loading = None
    if demo.is_wanted(place.var):
        loading = demo.Loading(place.var, supervisor.env, supervisor.say)
        stack.callback(loading.stop)
    else:
        supervisor.say(demo.sign_ins(place.var))
    supervisor.say("Stop with Ctrl-C.")
    connections.close_all()
    while True:
        supervisor.look()
        if loading is not None:
            loading.look()
        time.sleep(ROUND_SECONDS)


def _wait_until_it_answers(place: Place, supervisor: Supervisor, web: Child) -> None:
    end = time.monotonic() + START_SECONDS
    while not _answers(f"{place.address}/healthz"):
        supervisor.look()
        if time.monotonic() > end:
            raise Unavailable(f"The web server does not answer; its reasons stand in {web.log}.")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except OSError:
        return False
