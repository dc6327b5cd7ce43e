"""A tiny model that can be trained in seconds, a small export, and runs that are ended for sure."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django.fixtures import Settings

from tests.plugins.once import Once
from tests.training.making import finish, make_spec, write_parrot_export
from training.drawn import Sizes, write_export
from training.engines.local import end_all
from training.spec import RunSpec

# This file may be read before Django is set up, so that models are imported where they are used.
if TYPE_CHECKING:
    from accounts.models import Project
    from curation.models import Export
    from training.models import Model

SIZES = Sizes(40, 8, 40, 8, questions=24, questions_validation=4)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, tiny_folder: Path) -> Iterator[Path]:
    """``model`` (tiny, random) and ``data`` (drawn); nothing below it runs on afterwards."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(tiny_folder, folder / "model")
    write_export(folder / "data", SIZES)
    yield folder
    assert end_all(folder, grace_s=0) == 0


@pytest.fixture(scope="session")
def make(lab: Path) -> Callable[..., RunSpec]:
    """Makes specs on the tiny model and the drawn export."""
    return lambda **told: make_spec(
        lab, **({"base_model": lab / "model", "data": lab / "data"} | told)
    )


@pytest.fixture(scope="session")
def train_once(once: Once, tiny_folder: Path) -> Callable[..., RunSpec]:
    """``train_once(name, **told)``: a finished run that all processes of the tests share."""

    def train(name: str, **told: Any) -> RunSpec:
        def spec_in(folder: Path) -> RunSpec:
            data = folder / "data"
            return make_spec(folder, run=name, **({"base_model": tiny_folder, "data": data} | told))

        def run(folder: Path) -> None:
            write_export(folder / "data", SIZES)
            assert finish(spec_in(folder)).exit_code == 0, spec_in(folder).log_path.read_text()

        return spec_in(once(name, run))

    return train


@pytest.fixture(scope="session")
def whole(train_once: Callable[..., RunSpec]) -> RunSpec:
    """An SFT run of 60 steps that nobody disturbed."""
    return train_once("whole", config={"max_steps": 60, "save_every": 20, "eval_every": 30})


@pytest.fixture(scope="session")
def parrot(once: Once, tiny_folder: Path) -> Path:
    """A model that has learnt one answer, whatever it is shown: its folder."""
    return once("parrot", lambda folder: _teach_parrot(folder, tiny_folder)) / "runs/parrot/final"


def _teach_parrot(folder: Path, model: Path) -> None:
    write_export(folder / "drawn", SIZES)
    write_parrot_export(folder / "drawn", folder / "data")
    config = {
        "max_steps": 120, "batch_size": 8, "learning_rate": 3e-3, "save_every": 1000,
        "log_every": 20, "samples": 0, "scheduler": "constant_with_warmup",
    }  # fmt: skip
    spec = make_spec(folder, base_model=model, data=folder / "data", run="parrot", config=config)
    assert finish(spec).exit_code == 0


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
