"""Lists of 100 rows with two filters, newest first, at 100,000 and 1,000,000 items.

Fills a project by the services (items) and by bulk inserts (answers, flags), then asks the
production server for each list over HTTP: the first page, and one far down. ``--items`` gives other
sizes. Aim: 150 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _server import bench_person, bench_project, serving, session_of
from _tables import Figure, print_figures

AIM_MS = 150
CAMPAIGNS = 4
FLAG_EVERY, ANSWER_EVERY = 20, 2
# What is set by SQL: items in every state, so that filters of all selectivities are met.
STATES = """
UPDATE annotation_item SET state = CASE
    WHEN id %% 1000 = 0 THEN 'settled' WHEN id %% %(flag)s = 0 THEN 'flagged'
    WHEN id %% %(answer)s = 0 THEN 'answered' ELSE 'open' END
WHERE campaign_id = ANY(%(campaigns)s)
"""
FLAGS = """
INSERT INTO annotation_flag (item_id, rule, round, state, reason, detail, created_at)
SELECT id, CASE WHEN id %% 3 = 0 THEN 'split' ELSE 'deviation' END, 1,
    CASE WHEN id %% 40 = 0 THEN 'open' ELSE 'settled' END, '', '{}', now()
FROM annotation_item WHERE campaign_id = ANY(%(campaigns)s) AND id %% %(flag)s = 0
"""


def main() -> None:
    """Measure and print."""
    options = _options()
    figures: list[Figure] = []
    with (
        tempfile.TemporaryDirectory(prefix="reframe-lists-") as folder,
        serving(Path(folder), "web") as server,
    ):
        there = 0
        for size in options.items:
            campaigns = _fill(size - there)
            there = size
            figures += _measure(server.port, campaigns[0], size, options.runs)
    print_figures("lists", figures, is_json=options.json)


def _fill(items: int) -> list[int]:
    from django.db import connection

    from annotation.item_types import Subject
    from annotation.models import Campaign
    from annotation.services.campaigns import add_items, create_campaign, open_campaign
    from catalog.models import Photo

    project = bench_project()
    photos = list(Photo.objects.filter(project=project).values_list("pk", flat=True))
    made = []
    for _ in range(CAMPAIGNS):
        name = f"Campaign {Campaign.objects.count() + 1}"
        row = create_campaign(
            project=project, name=name, item_type="photo_score", overlap=1, by=None
        )
        part = range(items // CAMPAIGNS)
        add_items(
            campaign=row,
            subjects=(Subject(f"bench/{at}", photos[at % len(photos)]) for at in part),
        )
        made.append(open_campaign(campaign=row, by=None).pk)
        print(f"{name}: {len(part):,} items", file=sys.stderr)
    values = {"campaigns": made, "flag": FLAG_EVERY, "answer": ANSWER_EVERY}
    with connection.cursor() as cursor:
        cursor.execute(STATES, values)
        cursor.execute(FLAGS, values)
        cursor.execute("VACUUM ANALYZE")
    return made


def _lists(campaign: int) -> Iterator[tuple[str, str]]:
    api = "/api/v1/projects/bench"
    two = f"campaign={campaign}&limit=100"
    yield "items: campaign, state answered", f"{api}/items/?{two}&state=answered"
    yield "items: campaign, state settled (rare)", f"{api}/items/?{two}&state=settled"
    yield "items: campaign, state flagged", f"{api}/items/?{two}&state=flagged"
    yield "items: state, photo", f"{api}/items/?state=settled&photo=7&limit=100"
    yield "items: none", f"{api}/items/?limit=100"
    yield "flags: campaign, state open", f"{api}/flags/?{two}&state=open"
    yield "flags: campaign, rule split", f"{api}/flags/?{two}&rule=split"
    yield "campaigns: state, type", f"{api}/campaigns/?state=open&item_type=photo_score"


def _measure(port: int, campaign: int, size: int, runs: int) -> Iterator[Figure]:
    cookie = f"sessionid={session_of(bench_person(bench_project(), 'lead', 'lead'))}"
    for name, address in _lists(campaign):
        first = [_ask(port, address, cookie) for _ in range(runs + 2)][2:]
        yield Figure.of(f"{size:,}: {name}", "ms", [spent for spent, _ in first], AIM_MS)
        deep = first[0][1].get("next")
        for _ in range(5):
            deep = deep and _ask(port, deep, cookie)[1].get("next")
        if deep:
            times = [_ask(port, deep, cookie)[0] for _ in range(runs)]
            yield Figure.of(f"{size:,}: {name}, further down", "ms", times, AIM_MS)


def _ask(port: int, address: str, cookie: str) -> tuple[float, dict[str, Any]]:
    """Milliseconds, and the page of the list."""
    path = address.split(f"127.0.0.1:{port}")[-1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie})
    reply = connection.getresponse()
    content = reply.read()
    spent = 1000 * (time.perf_counter() - began)
    connection.close()
    if reply.status != 200:
        raise SystemExit(f"{path}: {reply.status} {content[:300]!r}")
    return spent, dict(json.loads(content))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
