"""Lists of 100 rows with two filters and an order, at 100,000 and 1,000,000 items.

Fills a project in the database (`_many`), then asks the production server over HTTP for the lists of the
API and for their pages: items, flags, campaigns, photos, drafts, answers, the log. The first page, and
one further down. ``--items`` gives other sizes, ``--only`` lists by a word of their name.
Aim: 150 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from _server import bench_person, bench_project, serving, session_of
from _tables import Figure, print_figures

AIM_MS = 150
WARM_UP, FURTHER = 3, 5
OLDER = re.compile(r'href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"')


@dataclass(frozen=True)
class Reader:
    """Somebody who is signed in."""

    port: int
    cookie: str

    def ask(self, address: str, *, is_second: bool = False) -> tuple[float, str]:
        """Milliseconds, and what came; ``is_second``: what a page asks for when it is shown."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        began = time.perf_counter()
        headers = {"Cookie": self.cookie} | ({"HX-Request": "true"} if is_second else {})
        connection.request("GET", address, headers=headers)
        reply = connection.getresponse()
        content = reply.read()
        spent = 1000 * (time.perf_counter() - began)
        connection.close()
        if reply.status != 200:
            raise SystemExit(f"{address}: {reply.status} {content[:300]!r}")
        return spent, content.decode()


def main() -> None:
    """Measure and print."""
    options = _options()
    figures: list[Figure] = []
    with (
        tempfile.TemporaryDirectory(prefix="reframe-lists-") as folder,
        serving(Path(folder), "web", has_pages=True) as server,
    ):
        from _many import fill

        for size in sorted(options.items):
            campaign = fill(size)
            figures += _measure(server.port, campaign, size, options)
    print_figures("lists", figures, is_json=options.json)


def _of_the_api(campaign: int, person: int) -> Iterator[tuple[str, str]]:
    api = "/api/v1/projects/bench"
    two = f"campaign={campaign}&limit=100"
    yield "items: campaign, answered", f"{api}/items/?{two}&state=answered"
    yield "items: campaign, settled (rare)", f"{api}/items/?{two}&state=settled"
    yield "items: settled (rare)", f"{api}/items/?state=settled&limit=100"
    yield "items: state, photo", f"{api}/items/?state=settled&photo=7&limit=100"
    yield "items: none", f"{api}/items/?limit=100"
    yield "flags: campaign, open", f"{api}/flags/?{two}&state=open"
    yield "flags: campaign, rule", f"{api}/flags/?{two}&rule=split"
    yield "flags: open, rule", f"{api}/flags/?state=open&rule=split&limit=100"
    yield "campaigns: state, type", f"{api}/campaigns/?state=open&item_type=photo_score"
    yield "photos: licence, ready", f"{api}/photos/?licence=CC0&state=ready&limit=100"
    yield "photos: broken (rare), licence", f"{api}/photos/?licence=CC0&state=broken&limit=100"
    yield "photos: licence, no comments", f"{api}/photos/?licence=CC0&comments=false&limit=100"
    yield "photos: licence, comments (none)", f"{api}/photos/?licence=CC0&comments=true&limit=100"
    yield "photos: words, licence", f"{api}/photos/?q=harbour&licence=CC0&limit=100"
    yield "drafts: kind, passed", f"{api}/drafts/?kind=guidance&verdict=passed&limit=100"
    yield "drafts: kind, rejected", f"{api}/drafts/?kind=guidance&verdict=rejected&limit=100"
    yield "drafts: kind (rare), passed", f"{api}/drafts/?kind=gap&verdict=passed&limit=100"
    yield "drafts: kind, unchecked (none)", f"{api}/drafts/?kind=gap&verdict=unchecked&limit=100"
    yield "answers: own", "/api/v1/work/answers/?limit=100"
    yield "log: verb, person", f"{api}/audit/?verb=item.settle&person={person}&limit=100"
    yield "log: verb (rare), person", f"{api}/audit/?verb=project.rename&person={person}&limit=100"
    yield "log: person, old days", f"{api}/audit/?person={person}&until=2026-01-01T00:00Z&limit=100"


def _pages(campaign: int, person: int) -> Iterator[tuple[str, str]]:
    site = "/p/bench"
    today = datetime.now(UTC).date()
    year = today - timedelta(days=365), today
    of_items = f"{site}/campaigns/{campaign}/items/"
    yield "items: answered, 1 answer", f"{of_items}?state=answered&least=1"
    yield "items: settled (rare), 1 answer", f"{of_items}?state=settled&least=1"
    yield "items: 2 answers (none)", f"{of_items}?state=open&least=2"
    yield "items: flag, by priority", f"{of_items}?flag=open&state=flagged&order=priority"
    yield "items: person, answered", f"{of_items}?person={person}&state=answered"
    yield "items: person, by priority", f"{of_items}?person={person}&least=1&order=priority"
    yield "flags: open", f"{site}/campaigns/{campaign}/flags/?state=open"
    yield "flags: settled", f"{site}/campaigns/{campaign}/flags/?state=settled"
    yield "campaigns", f"{site}/campaigns/"
    yield "campaign's overview", f"{site}/campaigns/{campaign}/"
    yield "now", f"{site}/now/"
    yield "hours of a month", f"{site}/people/hours/"
    yield "hours of a year", f"{site}/people/hours/?from={year[0]}&to={year[1]}"
    yield "hours of a year, CSV", f"{site}/people/hours.csv?from={year[0]}&to={year[1]}"
    yield "photos", f"{site}/photos/"
    yield "photos: licence, no comments", f"{site}/photos/?licence=CC0&comments=false"
    yield "photos: broken (rare), licence", f"{site}/photos/?licence=CC0&state=broken"
    yield "photos: words, licence", f"{site}/photos/?q=harbour&licence=CC0"
    yield "drafts", f"{site}/drafts/"
    yield "drafts: kind, rejected", f"{site}/drafts/?kind=guidance&verdict=rejected"
    yield "log", f"{site}/audit/"
    yield "log: verb, person", f"{site}/audit/?verb=item.settle&person={person}"
    yield "log: verb, old days", f"{site}/audit/?verb=flag.raise&to=2026-01-01"


def _measure(port: int, campaign: int, size: int, options: argparse.Namespace) -> Iterator[Figure]:
    project = bench_project()
    expert = bench_person(project, "expert-3")
    lead = Reader(port, f"sessionid={session_of(bench_person(project, 'lead', 'lead'))}")
    own = Reader(port, f"sessionid={session_of(expert)}")
    asked = [("API", *each) for each in _of_the_api(campaign, expert.pk)]
    asked += [("page", *each) for each in _pages(campaign, expert.pk)]
    asked.append(("page", "answers: own", "/work/answers/"))
    asked += [("second", *each) for each in _counts(campaign)]
    for kind, name, address in asked:
        words = f"{size:,} {kind} {name}"
        if options.only and not any(each in words for each in options.only):
            continue
        measure = _second if kind == "second" else _both
        for figure in measure(
            own if name == "answers: own" else lead, words, address, options.runs
        ):
            print("  ".join(figure.row()), file=sys.stderr)
            yield figure


def _counts(campaign: int) -> Iterator[tuple[str, str]]:
    """Pages whose figures, of large campaigns, are counted once a minute by a second request."""
    yield "campaign's overview", f"/p/bench/campaigns/{campaign}/"
    yield "now", "/p/bench/now/"


def _second(reader: Reader, words: str, address: str, runs: int) -> Iterator[Figure]:
    """That request: when it counts, and when somebody else's has."""
    from django.core.cache import cache

    times = []
    for _ in range(runs):
        cache.clear()
        times.append(reader.ask(address, is_second=True)[0])
    yield Figure.of(f"{words}: figures, counted", "ms", times)
    yield _timed(f"{words}: figures kept", [reader.ask(address)[0] for _ in range(runs)])


def _both(reader: Reader, words: str, address: str, runs: int) -> Iterator[Figure]:
    """The first page, and one some pages further down if there is one."""
    for _ in range(WARM_UP):
        content = reader.ask(address)[1]
    yield _timed(words, [reader.ask(address)[0] for _ in range(runs)])
    further: str | None = address
    for _ in range(FURTHER):
        further = _next(content, address)
        if further is None:
            return
        content = reader.ask(further)[1]
    assert further is not None
    yield _timed(f"{words}, further down", [reader.ask(further)[0] for _ in range(runs)])


def _timed(words: str, times: list[float]) -> Figure:
    """With the 95th percentile in its name, which the aim is of."""
    high = sorted(times)[max(0, -(-95 * len(times) // 100) - 1)]
    return Figure.of(f"{words} (95 %: {high:.0f})", "ms", times, AIM_MS)


def _next(content: str, address: str) -> str | None:
    """The address of the next page, of the API or of a site's list."""
    if content.startswith("{"):
        found: str | None = json.loads(content).get("next")
        return found and "/" + found.split("/", 3)[3]
    match = OLDER.search(content)
    if match is None:
        return None
    link = unescape(match[1] or match[2])
    return link if link.startswith("/") else address.split("?")[0] + link


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[100_000])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--only", nargs="+", help="lists whose name holds one of these")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
