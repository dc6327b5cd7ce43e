"""Where runs and models lie on this machine. Stored paths are relative, and stay inside."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from core.errors import InvalidInput
from training.models import Checkpoint, Model, Run
from training.spec import RunSpec


def run_folder(run: Run) -> Path:
    """The folder of a run, laid out as `training.spec` says."""
    return _inside(Path(settings.RUNS_DIR), run.folder)


def checkpoint_folder(checkpoint: Checkpoint) -> Path:
    """A sealed folder of weights."""
    return _inside(Path(settings.RUNS_DIR), checkpoint.folder)


def model_folder(model: Model) -> Path:
    """The folder from which a model is loaded: a checkpoint's, or one below ``MODELS_DIR``."""
    if model.checkpoint is not None:
        return checkpoint_folder(model.checkpoint)
    return base_folder(model.folder)


def base_folder(name: str) -> Path:
    """A folder below ``MODELS_DIR`` by its relative name."""
    return _inside(Path(settings.MODELS_DIR), name)


def spec_path(spec: RunSpec) -> Path:
    """Where the trainer's spec of the current attempt stands."""
    return spec.output / "spec.json"


def _inside(root: Path, name: str) -> Path:
    path = (root / name).resolve()
    if not name or not path.is_relative_to(root.resolve()) or path == root.resolve():
        raise InvalidInput("A model folder lies inside the models' folder.", field="folder")
    return path
