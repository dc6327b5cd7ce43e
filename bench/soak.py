"""Fifty experts who misbehave, at overlap 1, 2 and 3, while web and worker are killed.

Each works through campaign after campaign over HTTP against the production server, with leases of
a few seconds: some die with an item, cut the line in the middle of a request, send twice at once,
come back late, change their minds (`tests/loop/crowd.py`). Every expert keeps a log of what they
were told. At the end the database is held against the logs: never more answers than the overlap, no
item stuck, no answer lost or made up, every answer counted. Prints a table; exits with 1 when a
promise was broken, and says which. `make soak` runs it whole, for about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import itertools
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from _server import Server, bench_person, bench_project, serving, session_of
from _tables import print_table

from tests.loop.crowd import Expert, Shift, let_work

HEAD = ("overlap", "people", "s", "items", "answers", "changed", "refused", "taken over", "died",
        "cut", "twice", "late", "sent again", "kills", "broken")  # fmt: skip
# What is killed, one after the other, at even distances.
KILLS = ("web", "worker", "web", "beat", "worker", "web")
SETTLE_S = 180
SHOWN = 20


def main() -> None:
    """Run, print, and end with 1 when a promise was broken."""
    options = _options()
    rows, broken = [], []
    with (
        tempfile.TemporaryDirectory(prefix="reframe-soak-") as folder,
        serving(Path(folder), "web", "worker", "beat") as server,
    ):
        for overlap in options.overlap:
            row, found = _soak(server, overlap, options)
            rows.append(row)
            broken += [f"overlap {overlap}: {words}" for words in found]
            print(f"overlap {overlap}: {len(found)} broken", file=sys.stderr)
    print_table(HEAD, rows)
    for words in broken[:SHOWN]:
        print(words)
    sys.exit(1 if broken else 0)


def _soak(server: Server, overlap: int, options: argparse.Namespace) -> tuple[list[str], list[str]]:
    from tests.loop.promises import broken_promises, is_done

    crowd = [_expert(server.port, at) for at in range(options.people)]
    numbers, seen = itertools.count(1), list[str]()
    began = time.monotonic()
    kills = KILLS[: options.kills]
    campaigns = let_work(
        crowd, Shift(None, options.lease), seconds=options.seconds, patience_s=SETTLE_S,
        next_campaign=lambda: _campaign(f"{overlap}/{next(numbers)}", overlap, options),
        is_done=partial(is_done, seen=seen), events=[partial(server.kill, name) for name in kills],
    )  # fmt: skip
    spent = time.monotonic() - began
    found = seen + broken_promises(crowd, campaigns, overlap) + _uncounted(campaigns)
    return _row(crowd, campaigns, overlap, spent, len(kills), len(found)), found


def _expert(port: int, at: int) -> Expert:
    person = bench_person(bench_project(), f"expert-{at}")
    token = secrets.token_hex(16)
    cookies = f"sessionid={session_of(person)}; csrftoken={token}"
    return Expert(port, person.pk, {"X-CSRFToken": token, "Cookie": cookies}, random.Random(at))


def _campaign(name: str, overlap: int, options: argparse.Namespace) -> int:
    from annotation.item_types import Subject
    from annotation.models import Campaign
    from annotation.services.campaigns import add_items, create_campaign, open_campaign
    from catalog.models import Photo

    project = bench_project()
    photos = list(Photo.objects.filter(project=project).values_list("pk", flat=True))
    campaign = create_campaign(
        project=project, name=name, item_type="photo_score", overlap=overlap, by=None
    )
    # Shorter than a lead may choose, so that people really come back too late.
    Campaign.objects.filter(pk=campaign.pk).update(lease_s=options.lease)
    subjects = (Subject(f"{at}", photos[at % len(photos)]) for at in range(options.items))
    add_items(campaign=campaign, subjects=subjects)
    return open_campaign(campaign=campaign, by=None).pk


def _uncounted(campaigns: list[int]) -> list[str]:
    """What the killed workers' heirs have not made good in time."""
    from annotation.models import Item
    from core.models import Job

    due = Item.objects.filter(campaign__in=campaigns, scores_due=True)
    jobs = Job.objects.filter(state__in=["queued", "running"])
    end = time.monotonic() + SETTLE_S
    while (due.exists() or jobs.exists()) and time.monotonic() < end:
        time.sleep(1)
    found = [f"uncounted: item {pk}" for pk in due.values_list("pk", flat=True)]
    return found + [f"job: {row}" for row in jobs.values("kind", "key", "state", "epoch", "error")]


def _row(
    crowd: list[Expert], campaigns: list[int], overlap: int, spent: float, kills: int, broken: int
) -> list[str]:
    from annotation.models import Assignment, Item, Response

    did = sum((each.did for each in crowd), Counter[str]())
    sent = [submission for each in crowd for submission in each.log]
    answers = Response.objects.filter(item__campaign__in=campaigns)
    figures: list[Any] = [
        overlap, len(crowd), f"{spent:.0f}",
        Item.objects.filter(campaign__in=campaigns).count(), answers.count(),
        answers.filter(replaces__isnull=False).count(), sum(each.is_refused for each in sent),
        Assignment.objects.filter(campaign__in=campaigns, lost_by__isnull=False).count(),
        did["die"], did["cut"], did["send_twice"] + did["send_two"], did["come_late"],
        did["again"], kills, broken,
    ]  # fmt: skip
    return [str(each) for each in figures]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300, help="for each overlap")
    parser.add_argument("--overlap", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--items", type=int, default=500, help="of one campaign")
    parser.add_argument("--lease", type=int, default=4, help="seconds")
    parser.add_argument("--kills", type=int, default=len(KILLS), help="of each overlap")
    return parser.parse_args()


if __name__ == "__main__":
    main()
