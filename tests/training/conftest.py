"""A tiny model that can be trained in seconds, a small export, and runs that are ended for sure."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.fixtures import Settings

from tests.training.making import finish, make_spec, write_parrot_export
from training.drawn import Sizes, write_export
from training.engines.local import end_all
from training.spec import RunSpec

# This file may be read before Django is set up, so that models are imported where they are used.
if TYPE_CHECKING:
    from accounts.models import Project
    from curation.models import Export
    from training.models import Model

ROOT = Path(__file__).resolve().parents[2]
# In a process of its own: torch stays out of the test's.
BUILD = "import sys; from inference.models.tiny import build_tiny_model; build_tiny_model(*sys.argv[1:])"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """``model`` (tiny, random) and ``data`` (drawn); nothing below it runs on afterwards."""
    folder = tmp_path_factory.mktemp("lab")
    told = [str(folder / "model"), "idefics3", "smoke"]
    subprocess.run([sys.executable, "-c", BUILD, *told], cwd=ROOT, check=True, capture_output=True)
    write_export(folder / "data", Sizes(40, 8, 40, 8, questions=24, questions_validation=4))
    yield folder
    assert end_all(folder, grace_s=0) == 0


@pytest.fixture(scope="session")
def make(lab: Path) -> Callable[..., RunSpec]:
    """Makes specs on the tiny model and the drawn export."""
    return lambda **told: make_spec(
        lab, **({"base_model": lab / "model", "data": lab / "data"} | told)
    )


@pytest.fixture(scope="session")
def whole(make: Callable[..., RunSpec]) -> RunSpec:
    """An SFT run of 60 steps that nobody disturbed."""
    spec = make(run="whole", config={"max_steps": 60, "save_every": 20, "eval_every": 30})
    assert finish(spec).exit_code == 0
    return spec


@pytest.fixture(scope="session")
def parrot(lab: Path) -> Path:
    """A model that has learnt one answer, whatever it is shown: its folder."""
    write_parrot_export(lab / "data", lab / "parrot-data")
    config = {
        "max_steps": 120, "batch_size": 8, "learning_rate": 3e-3, "save_every": 1000,
        "log_every": 20, "samples": 0, "scheduler": "constant_with_warmup",
    }  # fmt: skip
    data = lab / "parrot-data"
    spec = make_spec(lab, base_model=lab / "model", data=data, run="parrot", config=config)
    assert finish(spec).exit_code == 0
    return spec.final_path


@pytest.fixture
def no_trainer_left(settings: Settings) -> Iterator[None]:
    """Whatever the test leaves training is ended, and its folders are gone."""
    yield
    end_all(settings.RUNS_DIR, grace_s=0)
    for folder in (settings.RUNS_DIR, settings.EXPORTS_DIR, settings.MODELS_DIR):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def export(project: Project, lab: Path, no_trainer_left: None) -> Export:
    """The drawn export, ready, in the project."""
    from tests.training.build import drawn_export

    return drawn_export(project, lab)


@pytest.fixture
def tiny(project: Project, lab: Path, no_trainer_left: None) -> Model:
    """The tiny model, registered in the project."""
    from tests.training.build import tiny_model

    return tiny_model(project, lab)
