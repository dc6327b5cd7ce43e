"""Each item type's page of work in Chromium, on the production server: weight, cold start, next item.

Starts its own services, imports photos of the demo with what every item type asks about, and opens a
campaign of each type. Per type: KiB of scripts and styles, transferred and unpacked; seconds from a
browser that has just started until one can act; milliseconds from the key that sends an answer until
the next item, fetched ahead, is painted. ``--json`` prints one JSON object, ``--only`` takes some types.
Aims: 300 KiB, 0.8 s, 100 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from _server import ROOT, bench_person, serving, session_of
from _tables import print_table

PHOTOS = ROOT / "workers" / "demo" / "photos"
MOST_PHOTOS = 12
# What answers an item of the type; the last one sends it.
KEYS = {
    "photo_score": ["7", "Enter"],
    "guidance_review": ["x", "1", "Enter"],
    "rationale_review": ["y", "a"],
    "composition_review": ["v", "Enter"],
    "crop_draw": ["Enter"],
    "crop_mos": ["4", "4", "4", "4", "Enter"],
    "preference_pair": ["ArrowLeft"],
    "text_pair": ["ArrowLeft"],
    "answer_judging": ["2", "2", "2", "Enter"],
    "cross_review": ["Enter"],
    "question_region": ["-", "Enter"],
}
# Two texts are to be read for two seconds before one can be chosen.
THINK_MS = {"text_pair": 2_400}
SETTINGS: dict[str, dict[str, object]] = {"crop_draw": {"with_draft": True}}
HEAD = ("page", "code KiB", "unpacked", "cold s", "most", "next ms", "most")


def main() -> None:
    """Measure and print."""
    options = _options()
    # The browser's driver runs a loop in this thread; the rows are made before it starts.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with (
        tempfile.TemporaryDirectory(prefix="reframe-browser-") as folder,
        serving(Path(folder), "web", has_pages=True) as server,
    ):
        address = f"http://127.0.0.1:{server.port}"
        campaigns = _campaigns(options.only, options.switches)
        session = session_of(bench_person(_project(), "expert"))
        cookies = [{"name": "sessionid", "value": session, "url": address}]
        found = [
            _measure(name, f"{address}/work/{pk}/", cookies, options)
            for name, pk in campaigns.items()
        ]
    if options.json:
        print(json.dumps({"bench": "browser", "load": os.getloadavg()[0], "pages": found}))
        return
    print_table(HEAD, [_row(each) for each in found])


def _measure(
    name: str, url: str, cookies: list[Any], options: argparse.Namespace
) -> dict[str, Any]:
    from _page import THINK_MS as USUAL_MS
    from _page import scripts_and_styles, switches, visit

    visits = [visit(url, cookies) for _ in range(options.runs)]
    return {
        "page": name,
        "code_kib": scripts_and_styles(visits[-1].kib),
        "unpacked_kib": scripts_and_styles(visits[-1].raw_kib),
        "cold_s": [each.seconds for each in visits],
        "next_ms": switches(
            url, cookies, KEYS[name], options.switches, THINK_MS.get(name, USUAL_MS)
        ),
    }


def _row(found: dict[str, Any]) -> list[str]:
    cold, following = found["cold_s"], found["next_ms"]
    return [
        found["page"], f"{found['code_kib']:.0f}", f"{found['unpacked_kib']:.0f}",
        f"{median(cold):.2f}", f"{max(cold):.2f}", f"{median(following):.0f}",
        f"{max(following):.0f}",
    ]  # fmt: skip


def _project() -> Any:
    from _server import bench_project

    return bench_project(photos=0)


def _campaigns(names: list[str], switches: int) -> dict[str, int]:
    """An open campaign of each type by its name, with items enough."""
    from annotation.services.campaigns import add_selection, create_campaign, open_campaign
    from annotation.subjects import Selection

    _import_photos(min(MOST_PHOTOS, switches + 2))
    found = {}
    for name in names:
        campaign = create_campaign(
            project=_project(), name=name, item_type=name, overlap=1, by=None,
            guidelines="Judge the photo as it is.", settings=SETTINGS.get(name, {}),
        )  # fmt: skip
        add_selection(campaign=campaign, selection=Selection(), by=None)
        found[name] = open_campaign(campaign=campaign, by=None).pk
    return found


def _import_photos(count: int) -> None:
    """Demo photos with crops, a question, and a verified draft of each kind."""
    from annotation.models import DraftKind
    from catalog.models import Photo, Question
    from tests.annotation import build
    from tests.catalog.imports import imported
    from tests.make import make_crop

    files = {path.name: path.read_bytes() for path in sorted(PHOTOS.glob("*.jpg"))[:count]}
    imported(_project(), bench_person(_project(), "curator", "curator"), files)
    drafts = {
        DraftKind.GUIDANCE: build.GUIDANCE, DraftKind.RATIONALE: build.RATIONALE,
        DraftKind.COMPOSITION: build.COMPOSITION,
        DraftKind.CROPS: {"crops": [{"box": list(build.BOXES[1])}]},
    }  # fmt: skip
    for photo in Photo.objects.filter(project=_project()):
        for box in build.BOXES:
            make_crop(photo, box)
        build.make_draft(photo, DraftKind.GUIDANCE, build.OTHER_GUIDANCE, revision="another")
        for kind, content in drafts.items():
            build.make_draft(photo, kind, content)
        asked = Question.objects.create(photo=photo, text="What is it?", answers=["a tower"])
        build.make_draft(photo, DraftKind.ANSWER, {"text": "A tower."}, question=asked)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(KEYS), default=list(KEYS))
    parser.add_argument("--runs", type=int, default=3, help="cold visits of each page")
    parser.add_argument("--switches", type=int, default=8, help="answers on each page")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    main()
