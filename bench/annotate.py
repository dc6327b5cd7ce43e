"""Next item and submit, over HTTP, as the experts' page does it, against the production server.

Starts its own PostgreSQL, Valkey and gunicorn (2 processes x 4 threads) in a folder of its own,
fills a campaign, and lets people work: 1, 8 and 20 without pause, and 20 who think 3 seconds.
A round trip is one claim and one submit by a signed-in session with its CSRF token. Reported per
group: round trips, their rate, p50 and p95, server CPU per round trip (web and PostgreSQL), and
submissions beyond the overlap. ``--json`` prints one JSON object instead of the table.
Aims: web CPU under 10 ms, p95 under 60 ms for 20 who think and under 250 ms without pause, none
beyond the overlap.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import secrets
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from _server import Server, bench_person, bench_project, serving, session_of

LIMITS = {"daily_items": 100_000, "daily_min": 1_440, "session_min": 480}
GROUPS = ((1, 0.0), (8, 0.0), (20, 0.0), (20, 3.0))


@dataclass
class Group:
    """How one group of people fared; times in milliseconds."""

    people: int
    pause_s: float
    round_trips: int = 0
    per_second: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    web_cpu_ms: float = 0.0
    database_cpu_ms: float = 0.0
    errors: int = 0
    beyond_overlap: int = 0
    machine_busy: float = 0.0


@dataclass
class Person:
    """One expert's browser: a kept connection, a session, a CSRF token."""

    port: int
    campaign: int
    session: str
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    times: list[float] = field(default_factory=list)
    errors: int = 0
    connection: http.client.HTTPConnection | None = None

    def work(self, until: float, pause_s: float) -> None:
        """Claim, think, submit, until the time is over or nothing is left. Those who think do not all
        begin at the same moment: no team does, and the crowd at the door would be most of the p95."""
        if pause_s:
            time.sleep(pause_s * secrets.randbelow(1000) / 1000)
        while time.monotonic() < until:
            began = time.perf_counter()
            entry = self._post(f"/api/v1/work/{self.campaign}/claim/", {})
            spent = time.perf_counter() - began
            if not entry or "assignment" not in entry:
                return
            if pause_s:
                time.sleep(pause_s * (0.8 + 0.4 * secrets.randbelow(1000) / 1000))
            number = entry["assignment"]["id"]
            body = {"submission_id": str(uuid4()), "answer": {"score": 7}, "active_ms": 3000}
            began = time.perf_counter()
            if self._post(f"/api/v1/work/assignments/{number}/submit/", body):
                self.times.append(spent + time.perf_counter() - began)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        for attempt in (1, 2):
            try:
                return self._once(path, body)
            except (http.client.HTTPException, OSError):
                # The server closes a kept connection after two idle seconds.
                self.connection = None
                self.errors += attempt - 1
        return {}

    def _once(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self.token,
            "Cookie": f"sessionid={self.session}; csrftoken={self.token}",
        }
        self.connection.request("POST", path, json.dumps(body), headers)
        reply = self.connection.getresponse()
        content = reply.read()
        if reply.status >= 400:
            self.errors += 1
            return {}
        found: dict[str, Any] = json.loads(content)
        return found


def main() -> None:
    """Measure and print."""
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="reframe-bench-") as folder,
        serving(Path(folder), "web") as server,
    ):
        site = Site(server)
        site.warm_up()
        groups = [site.measure(people, pause, options) for people, pause in GROUPS]
    if options.json:
        print(json.dumps({"items": options.items, "groups": [asdict(each) for each in groups]}))
        return
    print(f"{options.items:,} items per group, overlap {options.overlap}, {options.seconds} s each")
    head = ("people", "pause", "trips", "per s", "p50 ms", "p95 ms", "web CPU", "PG CPU",
            "errors", "beyond", "busy")  # fmt: skip
    print(("{:>8}" * len(head)).format(*head))
    for each in groups:
        row = (each.people, f"{each.pause_s:g} s", each.round_trips, f"{each.per_second:.1f}",
               f"{each.p50_ms:.1f}", f"{each.p95_ms:.1f}", f"{each.web_cpu_ms:.2f}",
               f"{each.database_cpu_ms:.2f}", each.errors, each.beyond_overlap,
               f"{each.machine_busy:.1f}")  # fmt: skip
        print(("{:>8}" * len(row)).format(*row))


class Site:
    """The running servers, and the campaigns they serve."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self.web = psutil.Process(server.running["web"].pid)
        self.database = psutil.Process(server.database)

    def warm_up(self) -> None:
        """Let the fresh processes load what they load once, as a site that runs has long done."""
        campaign, sessions = _campaign(8, 1_000, 1)
        threads = [
            threading.Thread(
                target=Person(self.port, campaign, session).work, args=(time.monotonic() + 15, 0.0)
            )
            for session in sessions
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def measure(self, people: int, pause_s: float, options: argparse.Namespace) -> Group:
        """Let a group work on a fresh campaign for a while."""
        campaign, sessions = _campaign(
            people, options.items, options.overlap, with_limits=options.limits
        )
        crowd = [Person(self.port, campaign, session) for session in sessions]
        before, busy = (_cpu(self.web), _cpu(self.database)), psutil.cpu_times()
        began = time.monotonic()
        threads = [
            threading.Thread(target=each.work, args=(began + options.seconds, pause_s))
            for each in crowd
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent = time.monotonic() - began
        after = (_cpu(self.web), _cpu(self.database))
        return _group(crowd, pause_s, spent, before, after, campaign, busy)


def _group(
    crowd: list[Person], pause_s: float, spent: float, before: tuple[float, float],
    after: tuple[float, float], campaign: int, busy: Any,
) -> Group:  # fmt: skip
    times = sorted(1000 * each for person in crowd for each in person.times)
    count = max(1, len(times))
    now = psutil.cpu_times()
    ours = sum(after) - sum(before)
    whole = (now.user + now.system) - (busy.user + busy.system)
    return Group(
        people=len(crowd),
        pause_s=pause_s,
        round_trips=len(times),
        per_second=len(times) / spent,
        p50_ms=statistics.median(times) if times else 0,
        p95_ms=times[int(0.95 * (len(times) - 1))] if times else 0,
        web_cpu_ms=1000 * (after[0] - before[0]) / count,
        database_cpu_ms=1000 * (after[1] - before[1]) / count,
        errors=sum(person.errors for person in crowd),
        beyond_overlap=_beyond(campaign),
        machine_busy=max(0.0, (whole - ours) / spent),
    )


def _cpu(process: psutil.Process) -> float:
    """CPU seconds of a process and everything it started, ended children included."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _campaign(
    people: int, items: int, overlap: int, *, with_limits: bool = False
) -> tuple[int, list[str]]:
    """A campaign of ``items`` items on 500 photos; returns its id and a session per person."""
    from annotation.item_types import Subject
    from annotation.services.campaigns import add_items, create_campaign, open_campaign
    from catalog.models import Photo

    project = bench_project()
    photos = list(Photo.objects.filter(project=project).values_list("pk", flat=True))
    campaign = create_campaign(
        project=project, name=uuid4().hex, item_type="photo_score", overlap=overlap, by=None,
        conduct=LIMITS if with_limits else None,
    )  # fmt: skip
    subjects = (Subject(f"bench/{at}", photos[at % len(photos)]) for at in range(items))
    began = time.perf_counter()
    add_items(campaign=campaign, subjects=subjects)
    print(f"added {items:,} items in {time.perf_counter() - began:.1f} s", file=sys.stderr)
    open_campaign(campaign=campaign, by=None)
    _settle_down()
    experts = [bench_person(project, f"expert-{at}") for at in range(people)]
    return campaign.pk, [session_of(expert) for expert in experts]


def _settle_down() -> None:
    """What autovacuum does in the minutes after a large import; it should not be counted."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE annotation_item, annotation_assignment")


def _beyond(campaign: int) -> int:
    """Submissions beyond the overlap, from the database."""
    from django.db.models import Count, F

    from annotation.models import Response

    rows = (
        Response.objects.filter(item__campaign=campaign, replaces__isnull=True)
        .values("item", overlap=F("item__campaign__overlap"))
        .annotate(n=Count("pk"))
    )
    return sum(max(0, row["n"] - row["overlap"]) for row in rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--overlap", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--limits", action="store_true", help="a campaign with limits of a day")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
