"""The whole GAICD file into the database: wall time and memory of the real import job.

A project of its own, the files sent as the page sends them, the job run in a fresh process. Once
without photos (boxes wait in source pixels) and once with a photo row for every name (boxes become
crops, means become scores). Without the public file a file of the same shape is written: 1,196 photos
with 103,443 crops. ``--json`` prints one JSON object. Aims: under 20 s, under 200 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _tables import Figure, print_figures

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DATA = Path(os.environ.get("REFRAME_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
CROPS, PHOTOS = 103_443, 1_196
MOST_S, MOST_MB = 20.0, 200.0
CHILD = """
import json, re, sys, time
from pathlib import Path
import django
django.setup()
from core.jobs import run_claimed
from core.jobs.running import claim
from core.models import Job
from workers.handlers import handler_of

def peak():
    # Not ru_maxrss: a child inherits what its parent had before it became this program.
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) * 1.024 / 1000

idle, began = peak(), time.perf_counter()
run = claim(sys.argv[1])
run_claimed(run, handler_of(run.job.kind))
wall = time.perf_counter() - began
job = Job.objects.get(pk=sys.argv[1])
assert job.state == "succeeded", job.error
print(json.dumps({"wall_s": wall, "peak_mb": peak(), "idle_mb": idle, "result": job.result}))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reframe-bench-") as folder, _database(Path(folder)):
        figures = [figure for each in (False, True) for figure in _measure(options.runs, each)]
    print_figures("imports", figures, is_json=options.json)


def _measure(runs: int, with_photos: bool) -> Iterator[Figure]:
    found = [_run_once(number, with_photos) for number in range(runs)]
    where = "photos here" if with_photos else "photos absent"
    walls, peaks = ([each[name] for each in found] for name in ("wall_s", "peak_mb"))
    yield Figure.of(f"GAICD, {CROPS:,} scored crops, {where}", "s", walls, MOST_S)
    yield Figure.of(f"memory of the worker, {where}", "MB", peaks, MOST_MB)
    yield Figure.of(f"the same, idle, {where}", "MB", [each["idle_mb"] for each in found])


def _run_once(number: int, with_photos: bool) -> dict[str, Any]:
    """One project, one import, one fresh worker process."""
    from accounts.models import Project, User
    from core.models import Job
    from curation.services.annotation_imports import start_annotation_import, subject_of

    content = gaicd_file()
    slug = f"bench-{int(with_photos)}-{number}"
    project = Project.objects.create(slug=slug, name=slug)
    if with_photos:
        _add_photos(project, json.loads(content))
    by = User.objects.create_user(f"{slug}@example.org", name="Kim")
    files = [("image_crop.json", io.BytesIO(content))]
    made = start_annotation_import(project=project, importer="gaicd", files=files, by=by)
    job = Job.objects.get(subject=subject_of(made))
    command = [sys.executable, "-c", CHILD, str(job.pk)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["result"]["boxes"] == CROPS, found
    return found


def gaicd_file() -> bytes:
    """The public file, or one of the same shape."""
    path = DATA / "gaicd" / "image_crop.json"
    if path.is_file():
        return path.read_bytes()
    rng = random.Random(1)
    each, more = divmod(CROPS, PHOTOS)
    photos = {}
    for number in range(PHOTOS):
        count = each + (number < more)
        boxes = [
            [
                rng.randrange(300),
                rng.randrange(200),
                rng.randrange(600, 1024),
                rng.randrange(400, 683),
            ]
            for _ in range(count)
        ]
        scores = sorted((round(rng.randint(7, 35) / 7, 2) for _ in range(count)), reverse=True)
        photos[f"{200_000 + number}.jpg"] = {"bbox": boxes, "score": scores}
    return json.dumps(photos).encode()


def _add_photos(project: Any, names: Any) -> None:
    """A ready photo row, without pixels, for every name."""
    from catalog.models import Photo, PhotoState

    Photo.objects.bulk_create(
        Photo(
            project=project, state=PhotoState.READY, original=name, title=name, bytes=1,
            media_type="image/jpeg", width=1024, height=1024,
            content_hash=hashlib.sha256(name.encode()).hexdigest(),
        )
        for name in names
    )  # fmt: skip


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[None]:
    """PostgreSQL of its own, migrated. Nobody listens for jobs: they are run by hand."""
    os.environ |= {
        "VAR_DIR": str(folder), "SECRET_KEY": secrets.token_hex(32), "HTTPS": "0",
        "ENV_FILE": str(folder / "no.env"), "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "STORAGE_URL", "MEDIA_ROOT"):
        os.environ.pop(name, None)
    from core.embedded import postgres, valkey

    database, queue = postgres.EmbeddedPostgres(folder), valkey.EmbeddedValkey(folder)
    queue.start()
    database.start()
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield
    finally:
        database.stop()
        queue.stop()


if __name__ == "__main__":
    main()
