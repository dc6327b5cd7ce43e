"""A project of 1,000,000 ratings and 100,000 pair votes, put in by COPY; its fit and its quality pages.

5,000 photos of 20 crops in one campaign: ten of 200 raters grade each photo's crops in one answer.
In another, twenty pairs of each photo's crops have one vote. The job runs in a fresh process, so
that its memory is its own; the pages are asked for as a browser asks, inside this process.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PHOTOS, CROPS, RATERS, EACH, PAIRS = 5_000, 20, 200, 10, 20
WEEKS, REPEATS = 12, 5
BEGAN = datetime(2026, 8, 3, 9, tzinfo=UTC)
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
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) * 1.024 / 1000

Job.objects.filter(pk=sys.argv[1]).update(not_before=None)
began, idle = time.perf_counter(), peak()
run = claim(sys.argv[1])
run_claimed(run, handler_of(run.job.kind))
wall = time.perf_counter() - began
job = Job.objects.get(pk=sys.argv[1])
assert job.state == "succeeded", job.error
print(json.dumps({"s": wall, "peak_mb": peak(), "idle_mb": idle}))
"""


PAGES = {
    "quality": "Scores", "agreement": "Agreement", "pairs": "Pairs", "photo-pairs": "Pairs of one photo",
    "raters": "Raters", "rater": "One rater", "report": "Report",
}  # fmt: skip


def rated_project() -> dict[str, float]:
    """Seconds and megabytes of both jobs, milliseconds of each page by its name."""
    with tempfile.TemporaryDirectory(prefix="reframe-bench-") as folder, database(Path(folder)):
        from curation.services.agreeing import start_agreement
        from curation.services.scoring import start_full_scores

        project = million_ratings()
        means = run_job(start_full_scores(project=project, by=None))
        _settle_down()
        fit = run_job(start_agreement(project=project))
        _settle_down()
        return {
            "means_s": means["s"], "means_mb": means["peak_mb"], "fit_s": fit["s"],
            "fit_mb": fit["peak_mb"], **page_times(project),
        }  # fmt: skip


@contextlib.contextmanager
def database(folder: Path) -> Iterator[None]:
    """PostgreSQL of its own, migrated. Nobody listens for jobs: they are run by hand."""
    os.environ |= {
        "VAR_DIR": str(folder), "SECRET_KEY": secrets.token_hex(32), "HTTPS": "0",
        "ENV_FILE": str(folder / "no.env"), "DJANGO_SETTINGS_MODULE": "config.settings",
        "STATIC_ROOT": str(folder / "static"), "LOG_LEVEL": "ERROR", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "STORAGE_URL", "MEDIA_ROOT"):
        os.environ.pop(name, None)
    sys.path.insert(0, str(ROOT))
    from core.embedded import postgres, valkey

    served, queue = postgres.EmbeddedPostgres(folder), valkey.EmbeddedValkey(folder)
    queue.start()
    served.start()
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield
    finally:
        served.stop()
        queue.stop()


def run_job(job: Any) -> dict[str, float]:
    """A job in a fresh worker process: seconds and megabytes."""
    command = [sys.executable, "-c", CHILD, str(job.pk)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout))


def page_times(project: Any) -> dict[str, float]:
    """Milliseconds of each quality page for a curator, the median of some calls after one."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import Membership, User
    from annotation.models import PairVote

    reader = User.objects.create_user("kim@example.org", name="Kim")
    Membership.objects.create(user=reader, project=project, role="curator")
    client = Client(headers={"host": "localhost"})
    client.force_login(reader)
    rater = project.rater_figures.first()
    photo = PairVote.objects.filter(photo__project=project).first()
    assert rater is not None and photo is not None
    pages = {
        name: reverse(f"curation:{name}", args=[project.slug, *numbers])
        for name, numbers in (
            ("quality", []), ("agreement", []), ("pairs", []), ("photo-pairs", [photo.photo_id]),
            ("raters", []), ("rater", [rater.person_id]), ("report", []),
        )
    }  # fmt: skip
    return {name: _milliseconds(client, url) for name, url in pages.items()}


def _milliseconds(client: Any, url: str) -> float:
    times = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        answer = client.get(url)
        times.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return median(times[1:])


def million_ratings() -> Any:
    """The project, its people, photos, crops, campaigns, answers."""
    from accounts.models import Membership, Project, User

    project = Project.objects.create(slug="rated", name="Rated")
    people = User.objects.bulk_create(
        User(email=f"expert-{at}@example.org", name=f"Expert {at}") for at in range(RATERS)
    )
    Membership.objects.bulk_create(
        Membership(user=person, project=project, role="expert") for person in people
    )
    photos = _photos(project)
    crops = _crops(photos)
    _grades(project, photos, crops, [person.pk for person in people])
    _choices(project, photos, crops, [person.pk for person in people])
    _settle_down()
    return project


def _photos(project: Any) -> list[int]:
    from catalog.models import Photo, PhotoState

    made = Photo.objects.bulk_create(
        Photo(
            project=project, state=PhotoState.READY, original=f"{at}.jpg", title=f"Photo {at}",
            bytes=1, media_type="image/jpeg", width=1024, height=683, content_hash=f"{at:064x}",
        )
        for at in range(PHOTOS)
    )  # fmt: skip
    return [photo.pk for photo in made]


def _crops(photos: Sequence[int]) -> np.ndarray:
    """A row of crop numbers for each photo."""
    from catalog.models import Crop

    rng = np.random.default_rng(3)
    corner, size = rng.uniform(0, 0.4, (PHOTOS, CROPS, 2)), rng.uniform(0.3, 0.6, (PHOTOS, CROPS))
    found = []
    for at, photo in enumerate(photos):
        made = Crop.objects.bulk_create(
            Crop(photo_id=photo, x1=x, y1=y, x2=x + s, y2=y + s, origin="grid", label="unknown")
            for (x, y), s in zip(corner[at].tolist(), size[at].tolist(), strict=True)
        )
        found.append([crop.pk for crop in made])
    return np.array(found)


def _campaign(project: Any, item_type: str, overlap: int) -> Any:
    from annotation.models import Campaign

    return Campaign.objects.create(
        project=project, name=item_type, item_type=item_type, overlap=overlap, state="closed",
        settings={},
    )  # fmt: skip


def _grades(project: Any, photos: Sequence[int], crops: np.ndarray, people: Sequence[int]) -> None:
    rng = np.random.default_rng(1)
    worth, bias = rng.normal(3, 0.7, (PHOTOS, CROPS)), rng.normal(0, 0.4, RATERS)
    noise = rng.uniform(0.4, 1.2, RATERS)
    raters = np.argsort(rng.random((PHOTOS, RATERS)), axis=1)[:, :EACH]
    shape = (PHOTOS, EACH, CROPS)
    score = worth[:, None, :] + bias[raters][..., None]
    score = score + noise[raters][..., None] * rng.normal(size=shape)
    grades = np.clip(np.round(score), 1, 5).reshape(-1, CROPS).tolist()
    campaign = _campaign(project, "crop_mos", EACH)
    items = _items(campaign, [(photo, "") for photo in photos])
    asked = [
        (item, people[who]) for item, row in zip(items, raters, strict=True) for who in row.tolist()
    ]
    answers = _answers(campaign, asked)
    rows = (
        (answer, person, photos[at // EACH], crop, "1-5", grade, 1, True)
        for at, ((_, person), answer) in enumerate(zip(asked, answers, strict=True))
        for crop, grade in zip(crops[at // EACH].tolist(), grades[at], strict=True)
    )
    columns = "response_id, person_id, photo_id, crop_id, scale, value, round, is_current"
    _copy("annotation_rating", columns, rows)


def _choices(project: Any, photos: Sequence[int], crops: np.ndarray, people: Sequence[int]) -> None:
    rng = np.random.default_rng(2)
    campaign = _campaign(project, "preference_pair", 1)
    pairs = [
        (photo, first, (first + step) % CROPS)
        for photo in range(PHOTOS) for first, step in zip(
            rng.permutation(CROPS)[:PAIRS].tolist(), rng.integers(1, CROPS, PAIRS).tolist(),
            strict=True,
        )
    ]  # fmt: skip
    items = _items(campaign, [(photos[photo], f"{one}-{two}") for photo, one, two in pairs])
    asked = [(item, people[at % RATERS]) for at, item in enumerate(items)]
    answers = _answers(campaign, asked)
    first_won, on_left = rng.random(len(pairs)) < 0.55, rng.random(len(pairs)) < 0.5
    rows = (
        (
            answer, person, photos[photo], int(crops[photo, one]), int(crops[photo, two]),
            "first" if first_won[at] else "second", 1, bool(on_left[at]), True,
        )
        for at, ((_, person), answer, (photo, one, two)) in enumerate(
            zip(asked, answers, pairs, strict=True)
        )
    )  # fmt: skip
    columns = (
        "response_id, person_id, photo_id, first_id, second_id, outcome, strength, first_on_left, "
        "is_current"
    )
    _copy("annotation_pairvote", columns, rows)


def _items(campaign: Any, subjects: Iterable[tuple[int, str]]) -> list[int]:
    from annotation.models import Item

    made = Item.objects.bulk_create(
        [
            Item(
                campaign=campaign, photo_id=photo, subject_key=f"{photo}/{key}", state="answered"
            )
            for photo, key in subjects
        ],
        batch_size=5_000,
    )  # fmt: skip
    return [item.pk for item in made]


def _answers(campaign: Any, asked: Sequence[tuple[int, int]]) -> list[int]:
    """A slot and a response for each (item, person); the numbers of the responses."""
    when = [BEGAN + timedelta(weeks=WEEKS) * (at / len(asked)) for at in range(len(asked))]
    slots = _next_number("annotation_assignment", len(asked))
    _copy(
        "annotation_assignment",
        "id, item_id, campaign_id, slot, round, state, person_id, priority, order_key, presentation, "
        "submitted_at",
        (
            (
                slots[at],
                item,
                campaign.pk,
                at % campaign.overlap,
                1,
                "submitted",
                person,
                0,
                0,
                "{}",
                when[at],
            )
            for at, (item, person) in enumerate(asked)
        ),
    )
    answers = _next_number("annotation_response", len(asked))
    _copy(
        "annotation_response",
        "id, item_id, assignment_id, campaign_id, person_id, round, answer, submission_id, "
        "active_ms, idle_ms, context, guidelines_version, created_at",
        (
            (
                answers[at], item, slots[at], campaign.pk, person, 1, "{}", UUID(int=answers[at]),
                5_000 + 37 * at % 9_000, 0, "{}", 1, when[at],
            )
            for at, (item, person) in enumerate(asked)
        ),
    )  # fmt: skip
    return answers


def _next_number(table: str, count: int) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
            f" nextval(pg_get_serial_sequence('{table}', 'id')) + {count})"
        )
        last = cursor.fetchone()[0]
    return list(range(last - count, last))


def _copy(table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    from django.db import connection, transaction

    into = f"COPY {table} ({columns}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _settle_down() -> None:
    """What autovacuum does in the minutes after a large import; it should not be counted."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
