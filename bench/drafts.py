"""Drafting at an endpoint: how busy its slots are kept, our own processor time, and memory.

Starts its own PostgreSQL, Valkey and an endpoint that answers after a fixed time, and works a batch of
guidance drafts off as the worker does, in a process of its own, whose processor time and memory are
taken: photos have their renditions (1,024 pixels, 150 kB), drafts are checked by rules. The first drafts
of that process warm it up and are not counted.

Slots: 32 at an endpoint that takes 2 s. Memory: at an endpoint that takes 50 ms, the process's own
memory after a fifth of the drafts and at the end; 2,000 drafts, with ``--full`` 10,000.
``--json`` prints one JSON object instead of the table.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from _tables import Figure, print_figures

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SLOTS, WARM_UP = 32, 64
AIMS = {"idle": 5, "cpu": 15, "growth": 20}


def main() -> None:
    """Measure and print."""
    options = _options()
    if options.work:
        _work(options.work)
        return
    with tempfile.TemporaryDirectory(prefix="reframe-bench-") as folder, _services(Path(folder)):
        bench = Bench()
        figures = [*bench.slots(options), *bench.memory(options)]
    print_figures("drafts", figures, is_json=options.json)


class Bench:
    """A project with one picture under many photos."""

    def __init__(self) -> None:
        from accounts.models import Project, User

        self.project = Project.objects.create(slug="bench", name="Bench")
        self.by = User.objects.create(email="bench@example.org")
        self.key = _stored_picture()
        self.made = 0
        self._measure_photos(False)

    def _measure_photos(self, is_on: bool) -> None:
        """Whether the photo is measured for what a draft claims of it."""
        from annotation.checks import KEY

        self.project.settings = {KEY: {"levels": {} if is_on else {"claims": "off"}}}
        self.project.save(update_fields=["settings"])

    def slots(self, options: argparse.Namespace) -> Iterator[Figure]:
        """32 slots at 2 s."""
        runs = [self._run(2.0, options.drafts) for _ in range(options.runs)]
        idle = [100 * (1 - run["mean"] / SLOTS) for run in runs]
        cpu = [1000 * run["cpu_s"] / run["answers"] for run in runs]
        yield Figure.of("slots idle, 32 at an endpoint of 2 s", "%", idle, AIMS["idle"])
        yield Figure.of("most requests at once", "", [run["most"] for run in runs])
        yield Figure.of("our processor time a draft", "ms", cpu, AIMS["cpu"])
        self._measure_photos(True)
        run = self._run(2.0, options.drafts // 4)
        yield Figure.of(
            "the same, each photo measured", "ms", [1000 * run["cpu_s"] / run["answers"]]
        )
        self._measure_photos(False)

    def memory(self, options: argparse.Namespace) -> Iterator[Figure]:
        """The process's own memory while it drafts as fast as it can."""
        count = 10_000 if options.full else 2_000
        run = self._run(0.05, count)
        rate = run["answers"] / run["wall_s"]
        yield Figure.of(f"memory after a fifth of {count:,} drafts", "MiB", [run["early_mib"]])
        yield Figure.of("memory at the end", "MiB", [run["late_mib"]])
        yield Figure.of(
            "memory grown meanwhile", "MiB", [run["late_mib"] - run["early_mib"]], AIMS["growth"]
        )
        yield Figure.of("drafts a second, endpoint of 50 ms", "1/s", [rate])

    def _run(self, answers_in_s: float, count: int) -> dict[str, float]:
        """A batch for warming up and one to measure, worked off by one process."""
        with _endpoint(answers_in_s) as port:
            source = self._source(port)
            warm, measured = self._batch(source, WARM_UP), self._batch(source, count)
            found = _worked_off(port, warm, measured, count)
        self._check(count)
        return found

    def _check(self, count: int) -> None:
        from annotation.models import Draft, DraftRequest, Verdict

        states = set(DraftRequest.objects.values_list("state", flat=True))
        assert states == {"drafted"}, states
        self.made += count + WARM_UP
        assert Draft.objects.count() == Verdict.objects.count() == self.made

    def _source(self, port: int) -> Any:
        from annotation.models import DraftSource

        return DraftSource.objects.create(
            project=self.project, name=f"bench {port} {time.monotonic_ns()}", backend="openai",
            location=f"http://127.0.0.1:{port}/v1", model="bench", parameters={"parallel": SLOTS},
        )  # fmt: skip

    def _batch(self, source: Any, count: int) -> str:
        from annotation.services.drafting import start_batch
        from annotation.services.sources import rules_source
        from core.models import Job

        batch = start_batch(
            project=self.project, pipeline="guidance", source=source, photos=self._photos(count),
            verifier=rules_source(project=self.project, by=self.by), by=self.by,
        )  # fmt: skip
        _settle_down()
        return str(Job.objects.get(subject=f"draftbatch/{batch.pk}").pk)

    def _photos(self, count: int) -> list[Any]:
        from catalog.models import Photo, RawComment, Rendition

        photos = Photo.objects.bulk_create(
            Photo(
                project=self.project, state="ready", original=self.key, bytes=1, width=3000,
                height=2000, content_hash=secrets.token_hex(32), media_type="image/jpeg",
            )
            for _ in range(count)
        )  # fmt: skip
        Rendition.objects.bulk_create(
            Rendition(photo=photo, size=size, key=self.key, width=size, height=size, bytes=150_000)
            for photo in photos
            for size in (320, 1024, 2048)
        )
        RawComment.objects.bulk_create(
            RawComment(photo=photo, text=words, text_hash=words[:9])
            for photo in photos
            for words in ("Nice light, but the sky is empty.", "I would step closer here.")
        )
        return photos


def _worked_off(port: int, warm: str, measured: str, count: int) -> dict[str, float]:
    """What the worker's process took for the second job, and what the endpoint saw of it."""
    told = {**os.environ, "ALLOWED_LOCAL_ENDPOINTS": f"127.0.0.1:{port}"}
    command = [sys.executable, __file__, "--work", warm, measured]
    process = subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "warm"
    _stats(port)
    memory = _Memory(process.pid, measured, count)
    memory.start()
    found = json.loads(process.stdout.readline())
    memory.is_over.set()
    memory.join()
    assert process.wait() == 0
    return {**found, **_stats(port), **memory.found()}


class _Memory(threading.Thread):
    """Looks at the worker's own memory by how far its job is."""

    def __init__(self, pid: int, job: str, count: int) -> None:
        super().__init__(daemon=True)
        self.worker, self.job, self.count = psutil.Process(pid), job, count
        self.is_over = threading.Event()
        self.samples: list[tuple[float, float]] = []

    def run(self) -> None:
        """Twice a second until it is over."""
        from django.db import connection

        from core.models import Job

        while not self.is_over.wait(0.5):
            done = Job.objects.values_list("done", flat=True).get(pk=self.job)
            self.samples.append((done / self.count, self.worker.memory_info().rss / 2**20))
        connection.close()

    def found(self) -> dict[str, float]:
        """The most memory up to a fifth of the way, and up to the end."""
        early = max((mib for share, mib in self.samples if share <= 0.2), default=0.0)
        return {"early_mib": early, "late_mib": max((mib for _, mib in self.samples), default=0.0)}


def _work(jobs: list[str]) -> None:
    """In the worker's process: do the first job to be warm, the second to be measured."""
    import django

    django.setup()
    _run_to_the_end(jobs[0])
    print("warm", flush=True)
    began, before = time.monotonic(), _cpu_s()
    _run_to_the_end(jobs[1])
    print(json.dumps({"cpu_s": _cpu_s() - before, "wall_s": time.monotonic() - began}), flush=True)


def _run_to_the_end(job: str) -> None:
    from core.models import Job
    from workers.tasks import run_job

    while not Job.objects.get(pk=job).has_ended:
        run_job(job)
        time.sleep(0.1)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextmanager
def _endpoint(answers_in_s: float) -> Iterator[int]:
    command = [sys.executable, str(ROOT / "bench" / "_endpoint.py"), str(answers_in_s)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)


def _stats(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats", timeout=10) as reply:
        return dict(json.load(reply))


def _stored_picture() -> str:
    """A noisy picture as large as a rendition of a photo, in the storage."""
    import numpy as np
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage
    from PIL import Image

    small = np.random.default_rng(1).integers(0, 255, (96, 128, 3), dtype=np.uint8)
    picture = Image.fromarray(small).resize((1024, 768), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return str(default_storage.save("bench/1024.jpg", ContentFile(out.getvalue())))


def _settle_down() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _services(folder: Path) -> Iterator[None]:
    for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "STORAGE_URL", "MEDIA_ROOT"):
        os.environ.pop(name, None)
    os.environ |= {
        "VAR_DIR": str(folder), "SECRET_KEY": secrets.token_hex(32), "HTTPS": "0",
        "ENV_FILE": str(folder / "no.env"), "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    import django

    from core.embedded import postgres, valkey

    database, queue = postgres.EmbeddedPostgres(folder), valkey.EmbeddedValkey(folder)
    queue.start()
    database.start()
    try:
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield
    finally:
        database.stop()
        queue.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--runs", type=int, default=2, help="how often the slots are measured")
    parser.add_argument("--drafts", type=int, default=480, help="for the slots")
    parser.add_argument("--full", action="store_true", help="10,000 drafts for the memory")
    parser.add_argument("--work", nargs=2, metavar="JOB", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
