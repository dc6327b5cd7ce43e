"""Where runs and models lie on this machine. Stored paths are relative, and stay inside."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from core.errors import InvalidInput
from training.models import Checkpoint, Model, Run


def runs_root() -> Path:
    """Below it lie all runs."""
    return Path(settings.RUNS_DIR).resolve()


def run_folder(run: Run) -> Path:
    """The folder of a run, laid out as `training.spec` says."""
    return _inside(runs_root(), run.folder)


def checkpoint_folder(checkpoint: Checkpoint) -> Path:
    """A sealed folder of weights."""
    return _inside(runs_root(), checkpoint.folder)


def model_folder(model: Model) -> Path:
    """The folder from which a model is loaded: a checkpoint's, or one below ``MODELS_DIR``."""
    if model.checkpoint_id is not None:
        return _inside(runs_root(), model.folder)
    return base_folder(model.folder)


def base_folder(name: str) -> Path:
    """A folder below ``MODELS_DIR`` by its relative name; links that lead out are refused."""
    return _inside(Path(settings.MODELS_DIR), name)


def _inside(root: Path, name: str) -> Path:
    root = root.resolve()
    path = _resolved(root, name)
    if not name or not path.is_relative_to(root) or path == root:
        raise InvalidInput(
            f"The folder {name!r} does not lie inside {root}. Put the model there, and give its "
            "name relative to it.",
            field="folder",
        )
    return path


def _resolved(root: Path, name: str) -> Path:
    try:
        path = (root / name).resolve()
        path.exists()
    except (ValueError, OSError):  # a NUL, or longer than a path may be
        raise InvalidInput("This is no name of a folder.", field="folder") from None
    return path
