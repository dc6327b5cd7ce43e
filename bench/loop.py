"""The whole product as somebody meets it: first and second start, memory, work, page, photo.

Clones the repository into a temporary folder and runs `make up` there as a newcomer would; then
measures idle memory and the guidance page in a cold Chromium on that site, next + submit by
`bench/annotate.py` and a 24-megapixel photo by `bench/renditions.py`.

``--venv FOLDER`` uses an installed venv instead of installing; ``--only`` takes some parts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _site import DEMO_IS_COMPLETE, DEMO_IS_THERE, ROOT, Clone
from _tables import Figure, print_figures

PARTS = ("site", "work", "photo")
EXPERT = "ines"
# The peer's figures stand in docs/benchmarks.md; these are our own aims.
AIMS = {"first start": 300, "second start": 8, "memory": 250, "code": 300, "act": 0.8}
SETTLE_S = 5


def main() -> None:
    """Measure and print."""
    options = _options()
    figures = [figure for part in options.only for figure in MEASURES[part](options)]
    print_figures("loop", figures, is_json=options.json)


def measure_site(options: argparse.Namespace) -> Iterator[Figure]:
    """Starts, memory and the page, on a fresh clone with its demo."""
    with tempfile.TemporaryDirectory(prefix="reframe-bench-") as folder:
        clone = Clone(Path(folder), options.venv)
        with clone.up() as seconds:
            yield Figure.of("first start until /readyz", "s", [seconds], AIMS["first start"])
            shown = clone.wait_for_words(DEMO_IS_THERE, seconds=600)
            yield Figure.of("demo there, its run begun", "s", [seconds + shown])
            rest = clone.wait_for_words(DEMO_IS_COMPLETE, seconds=1800)
            yield Figure.of("demo complete, its model drafts", "s", [seconds + shown + rest])
        starts = list(_starts(clone, options.runs - 1))
        with clone.up() as seconds:
            yield Figure.of(
                "second start until /readyz", "s", [*starts, seconds], AIMS["second start"]
            )
            yield from _memory(clone)
            yield from _page(clone, options.runs)


def _starts(clone: Clone, count: int) -> Iterator[float]:
    for _ in range(count):
        with clone.up() as seconds:
            yield seconds


def _memory(clone: Clone) -> Iterator[Figure]:
    time.sleep(SETTLE_S)
    resident, shared = zip(*sorted(clone.web_memory())[-2:], strict=True)
    yield Figure.of("memory of an idle web process (RSS)", "MiB", resident, AIMS["memory"])
    yield Figure.of("the same, shared pages divided (PSS)", "MiB", shared)


def _page(clone: Clone, runs: int) -> Iterator[Figure]:
    from _page import sign_in, visit

    cookies = sign_in(clone.address, f"{EXPERT}@example.org", clone.sign_ins()[EXPERT])
    url = f"{clone.address}{_guidance_page(clone, cookies)}"
    visits = [visit(url, cookies) for _ in range(runs)]
    yield Figure.of("guidance page: code transferred", "KiB", [v.code_kib for v in visits],
                    AIMS["code"])  # fmt: skip
    yield Figure.of("guidance page: pictures", "KiB", [v.kib["Image"] for v in visits])
    yield Figure.of("guidance page: requests", "", [v.requests for v in visits])
    yield Figure.of("guidance page: first paint", "s", [v.first_paint for v in visits])
    yield Figure.of("guidance page: one can act", "s", [v.seconds for v in visits], AIMS["act"])


def _guidance_page(clone: Clone, cookies: list[Any]) -> str:
    from urllib.request import Request, urlopen

    cookie = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    asked = Request(f"{clone.address}/api/v1/work/campaigns/", headers={"Cookie": cookie})  # noqa: S310
    with urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own address
        found = json.load(answer)
    rows = found["results"] if isinstance(found, dict) else found
    return next(f"/work/{row['id']}/" for row in rows if row["item_type"] == "guidance_review")


def measure_work(options: argparse.Namespace) -> Iterator[Figure]:
    """Next + submit, one figure per group of people."""
    found = _script("annotate.py", "--seconds", str(options.seconds))
    for group in found["groups"]:
        who = f"{group['people']} thinking {group['pause_s']:g} s" if group["pause_s"] else (
            f"{group['people']} without pause"
        )  # fmt: skip
        yield Figure.of(f"next + submit, {who}: p50", "ms", [group["p50_ms"]])
        yield Figure.of(f"next + submit, {who}: p95", "ms", [group["p95_ms"]])
        yield Figure.of(f"next + submit, {who}: web CPU", "ms", [group["web_cpu_ms"]], 10)
        yield Figure.of(f"next + submit, {who}: beyond overlap", "", [group["beyond_overlap"]])


def measure_photo(options: argparse.Namespace) -> Iterator[Figure]:
    """A camera's photo to its renditions, in a process of its own."""
    found = _script("renditions.py", "--runs", str(options.runs))
    yield Figure.of("24 megapixels to renditions", "s", [found["wall_s"]], 0.5)
    yield Figure.of("the same, memory above idle", "MB", [found["above_idle_mb"]], 100)


MEASURES = {"site": measure_site, "work": measure_work, "photo": measure_photo}


def _script(name: str, *words: str) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "bench" / name), "--json", *words]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--runs", type=int, default=3, help="repeat what is quick to repeat")
    parser.add_argument("--seconds", type=float, default=20, help="for each group of people")
    parser.add_argument("--venv", type=Path, help="an installed venv; nothing is installed then")
    return parser.parse_args()


if __name__ == "__main__":
    main()
