"""A clone of the repository in a folder of its own, started with `make up` and stopped by Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).resolve().parent.parent
# What would lead the clone to somebody else's data.
NOT_OURS = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "STORAGE_URL", "MEDIA_ROOT", "VAR_DIR",
            "ENV_FILE", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")  # fmt: skip
DEMO_IS_THERE = "Demo: training a tiny model"
DEMO_IS_COMPLETE = "Demo: complete"


class Clone:
    """What somebody has who has just cloned the repository."""

    def __init__(self, folder: Path, venv: Path | None = None) -> None:
        self.folder = folder / "reframe"
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.output = folder / "up.log"
        clone = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(self.folder)]
        subprocess.run(clone, check=True)
        if venv is not None:
            (self.folder / ".venv").symlink_to(venv.resolve())
            for mark in (".installed", ".installed-dev"):
                (self.folder / ".venv" / mark).touch()

    @contextmanager
    def up(self) -> Iterator[float]:
        """Runs `make up`; gives the seconds until /readyz answered, ends it as Ctrl-C does."""
        env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        self.output.unlink(missing_ok=True)
        began = time.monotonic()
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                [shutil.which("make") or "make", "up"], cwd=self.folder, env={**env, "PORT": str(self.port)},
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        try:
            self._wait_until_ready(process)
            yield time.monotonic() - began
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            process.wait(60)

    def wait_for_words(self, words: str, *, seconds: float) -> float:
        """How long it takes from now until `make up` prints them."""
        began = time.monotonic()
        while words not in self.output.read_text():
            if time.monotonic() - began > seconds:
                raise SystemExit(f"No {words!r} after {seconds:.0f} s:\n{self._tail()}")
            time.sleep(0.1)
        return time.monotonic() - began

    def sign_ins(self) -> dict[str, str]:
        """The demo's passwords by name."""
        lines = (self.folder / "var" / "demo-accounts.txt").read_text().splitlines()[1:]
        return {line.split("@")[0].strip(): line.split()[1] for line in lines}

    def web_memory(self) -> list[tuple[float, float]]:
        """Resident and proportional memory of each gunicorn process in MiB."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            words = " ".join(process.info["cmdline"] or [])
            if "gunicorn" in words and f":{self.port}" in words:
                memory = process.memory_full_info()
                found.append((memory.rss / 2**20, memory.pss / 2**20))
        return found

    def remove(self) -> None:
        """Take the clone away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        while not self._is_ready():
            if process.poll() is not None:
                raise SystemExit(f"`make up` ended with {process.returncode}:\n{self._tail()}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        with suppress(OSError), urlopen(f"{self.address}/readyz", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
        return False

    def _tail(self) -> str:
        return self.output.read_text(errors="replace")[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
