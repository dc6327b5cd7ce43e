"""How long scores take: votes of a large project, one new response, Bradley-Terry on large graphs.

Everything is computed from simulated columns in fresh processes, so that memory is the step's own.
The last step, once: a database with a million ratings (`_rated`), its jobs, and each quality page.
``--json`` prints one JSON object instead of the table.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from _rated import PAGES, rated_project
from _tables import Figure, print_figures

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.known import Known
from measures.statistics.primary import fit_primary, score_with

ROOT = Path(__file__).resolve().parent.parent
Columns = tuple[np.ndarray, np.ndarray, np.ndarray]
VOTES, RATERS, CROPS = 1_000_000, 200, 100_000


def ratings(votes: int = VOTES, raters: int = RATERS, crops: int = CROPS) -> Columns:
    """(rater, crop, grade 1 to 5): every crop has ten raters."""
    rng = np.random.default_rng(1)
    crop = np.repeat(np.arange(crops), votes // crops)
    rater = (
        rng.integers(0, raters, crops)[crop] + np.tile(np.arange(votes // crops), crops)
    ) % raters
    worth, bias = rng.normal(3, 0.7, crops), rng.normal(0, 0.4, raters)
    noise = rng.uniform(0.4, 1.2, raters)
    score = worth[crop] + bias[rater] + noise[rater] * rng.normal(size=votes)
    return rater, crop, np.clip(np.round(score), 1, 5)


def pair_votes(photos: int, crops: int, votes: int) -> Columns:
    """(left, right, choice) within photos; one photo makes one connected graph."""
    rng = np.random.default_rng(2)
    photo, left = rng.integers(0, photos, votes), rng.integers(0, crops, votes)
    right = (left + rng.integers(1, crops, votes)) % crops
    left, right = left + photo * crops, right + photo * crops
    worth = rng.normal(0, 1, photos * crops)
    p = 1 / (1 + np.exp(worth[right] - worth[left]))
    return left, right, np.where(rng.random(votes) < p, 1, -1)


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Seconds of one call and what it added to the process's peak memory."""
    before, started = peak_mb(), time.perf_counter()
    assert work() is not None
    return {"s": time.perf_counter() - started, "above_mb": peak_mb() - before}


def peak_mb() -> float:
    """The most memory this process has held."""
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) * 1.024 / 1000


def all_primary_scores() -> dict[str, float]:
    """A million votes of 200 raters on 100,000 crops."""
    columns = ratings()
    found = timed(lambda: fit_primary(*columns))
    return {**found, "peak_mb": peak_mb()}


def one_new_response() -> dict[str, float]:
    """The provisional score of a crop after one more vote, from a stored fit."""
    rater, crop, score = ratings(100_000, RATERS, 10_000)
    fit = fit_primary(rater, crop, score)
    habits = {at: each.value for at in range(RATERS) if isinstance(each := fit.rater(at), Known)}
    votes = {int(who): float(x) for who, x in zip(rater[crop == 7], score[crop == 7], strict=True)}
    found = timed(lambda: score_with(fit.components[0], {**votes, 199: 4.0}, habits))
    return {"ms": found["s"] * 1000}


def many_photos() -> dict[str, float]:
    """250 photos of 20 crops with 150 votes a photo and intervals."""
    columns = pair_votes(250, 20, 37_500)
    return timed(lambda: bradley_terry(*columns))


def one_graph_scores() -> dict[str, float]:
    """5,000 crops in one graph, 100,000 votes: worths."""
    columns = pair_votes(1, 5000, 100_000)
    return timed(lambda: bradley_terry(*columns, with_intervals=False))


def one_graph_intervals() -> dict[str, float]:
    """The same with intervals."""
    columns = pair_votes(1, 5000, 100_000)
    return timed(lambda: bradley_terry(*columns))


# Name of the step, its figure, words, unit, aim.
ROWS = (
    (all_primary_scores, "s", "1,000,000 ratings, 200 raters, 100,000 crops: primary", "s", 10),
    (all_primary_scores, "peak_mb", "  memory of the whole process", "MB", 1000),
    (one_new_response, "ms", "provisional score of a new response", "ms", 50),
    (many_photos, "s", "Bradley-Terry, 250 photos x 20 crops, with intervals", "s", 2),
    (one_graph_scores, "s", "Bradley-Terry, 5,000 crops, 100,000 votes: scores", "s", 5),
    (one_graph_intervals, "s", "  with intervals", "s", 20),
    (one_graph_intervals, "above_mb", "  memory above the idle process", "MB", None),
)
# The same, of the project in a database; it takes minutes and runs once.
RATED_ROWS = (
    ("means_s", "all mean scores of 1,000,000 ratings: the job", "s", None),
    ("means_mb", "  memory of the worker", "MB", None),
    ("fit_s", "agreement, fits, flags, report of them and 100,000 pair votes: the job", "s", None),
    ("fit_mb", "  memory of the worker", "MB", 1000),
    *((name, f"quality page over them: {title}", "ms", 300) for name, title in PAGES.items()),
)
STEPS = {**{row[0].__name__: row[0] for row in ROWS}, rated_project.__name__: rated_project}


def in_fresh_process(step: str) -> dict[str, float]:
    """One run of a step."""
    command = [sys.executable, __file__, "--step", step]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def measure(runs: int) -> list[Figure]:
    """All figures."""
    steps = dict.fromkeys(step.__name__ for step, *_ in ROWS)
    found = {step: [in_fresh_process(step) for _ in range(runs)] for step in steps}
    figures = [
        Figure.of(words, unit, [run[name] for run in found[step.__name__]], aim)
        for step, name, words, unit, aim in ROWS
    ]
    rated = in_fresh_process(rated_project.__name__)
    return figures + [
        Figure.of(words, unit, [rated[name]], aim) for name, words, unit, aim in RATED_ROWS
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--step", choices=STEPS, help="one step in this process (used inside)")
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step]()))
        return
    print_figures("scores", measure(options.runs), is_json=options.json)


if __name__ == "__main__":
    main()
