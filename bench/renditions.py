"""A 24-megapixel JPEG to its renditions: wall time, CPU time and memory of the real import step.

Each run is a fresh process that loads the program, then prepares the photo as the worker does:
hash, header, decoding upright, camera facts, likeness hash, three renditions. ``--json`` prints one
JSON object instead of the table. Aim: under 0.5 s, and under 100 MB above the idle process.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

ROOT = Path(__file__).resolve().parent.parent
SIZE = (6000, 4000)
CHILD = """
import json, re, sys, time
from pathlib import Path
import django
django.setup()
from catalog.services.preparing import content_hash, prepare

def peak():
    # Not ru_maxrss: a child inherits what its parent had before it became this program.
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) * 1.024 / 1000

path, idle = Path(sys.argv[1]), peak()
wall, cpu = time.perf_counter(), time.process_time()
content_hash(path)
prepared = prepare(path)
found = {
    "wall_s": time.perf_counter() - wall,
    "cpu_s": time.process_time() - cpu,
    "peak_mb": peak(),
    "idle_mb": idle,
    "stored_kb": sum(len(each.content) for each in prepared.renditions) / 1000,
}
print(json.dumps(found))
"""


def make_photo(path: Path) -> None:
    """A detailed picture of a camera's size, lying on its side (EXIF orientation 6)."""
    rng = np.random.default_rng(24)
    shapes = Image.fromarray(rng.integers(0, 255, (60, 90, 3), dtype=np.uint8))
    picture = np.asarray(shapes.resize(SIZE, Image.Resampling.BICUBIC)).astype(np.int16)
    grain = rng.normal(0, 6, (SIZE[1], SIZE[0], 1)).astype(np.int16)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    photo = Image.fromarray(np.clip(picture + grain, 0, 255).astype(np.uint8))
    photo.save(path, "JPEG", quality=92, exif=exif)


def run_once(path: Path, var: Path) -> dict[str, float]:
    """One fresh process."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_hex(32),
        "VAR_DIR": str(var),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", CHILD, str(path)]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def measure(runs: int) -> dict[str, float]:
    """Medians over ``runs`` processes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        make_photo(path)
        found = [run_once(path, Path(folder)) for _ in range(runs)]
        medians = {name: statistics.median(each[name] for each in found) for name in found[0]}
        medians["file_mb"] = path.stat().st_size / 1e6
    medians["above_idle_mb"] = medians["peak_mb"] - medians["idle_mb"]
    return {name: round(value, 3) for name, value in medians.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    found = measure(options.runs)
    if options.json:
        print(json.dumps({"bench": "renditions", "runs": options.runs, **found}))
        return
    print(f"24-megapixel JPEG of {found['file_mb']:.1f} MB to renditions, median of {options.runs}")
    for name, words, aim in [
        ("wall_s", "wall time, s", "0.5"),
        ("cpu_s", "CPU time, s", ""),
        ("above_idle_mb", "memory above idle, MB", "100"),
        ("idle_mb", "idle process, MB", ""),
        ("peak_mb", "peak of the process, MB", ""),
        ("stored_kb", "renditions, kB", ""),
    ]:
        print(f"  {words:26} {found[name]:10.2f}   {'aim under ' + aim if aim else ''}")


if __name__ == "__main__":
    main()
