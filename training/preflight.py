"""What is checked before anything heavy is loaded: recipe, settings, folders, rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from core.errors import InvalidInput
from inference.errors import ModelFolderUnusable
from inference.models.folders import inspect_folder
from training.checkpoints import adapter_base, is_adapter, is_complete, read_seal
from training.recipes import Recipe, registry
from training.rows import Rows, open_rows
from training.spec import RunSpec

DRY_ROWS = 20


@dataclass(frozen=True)
class Pictures:
    """What an export says of its rows: how boxes are written (`measures.boxes.text.BoxText`) and
    the longest side of its pictures in pixels, None where it does not say."""

    box_format: str = "percent"
    image_side: int | None = None


@dataclass(frozen=True)
class Checked:
    """The parts of a spec, each found and in order."""

    recipe: type[Recipe]
    config: Any
    train_rows: Rows
    validation_rows: Rows | None
    pictures: Pictures


def check_spec(spec: RunSpec, *, is_dry: bool = False) -> Checked:
    """Raises `InvalidInput` naming the field at fault; changes nothing."""
    recipe = registry.get(spec.recipe)
    if spec.recipe_version != recipe.version:
        raise InvalidInput(
            f"This run was made for version {spec.recipe_version} of {recipe.title}; "
            f"installed is version {recipe.version}. Start a new run.",
            field="recipe_version",
        )
    config = recipe.parse_config(spec.config)
    recipe.check_start(spec.start_from)
    check_base_model(spec.base_model)
    if spec.start_from is not None:
        check_start(spec.start_from)
    rows = _train_rows(recipe, spec.data, limit=DRY_ROWS if is_dry else None)
    held_out = open_rows(spec.data, recipe.reads, "validation", limit=DRY_ROWS if is_dry else None)
    return Checked(recipe, config, rows, held_out or None, read_pictures(spec.data))


def check_base_model(folder: Path) -> None:
    """A local model folder with safetensors, without pickles and without code of its own."""
    try:
        inspect_folder(folder)
    except ModelFolderUnusable as error:
        raise InvalidInput(error.message, field="base_model") from error


def check_start(folder: Path) -> None:
    """A sealed checkpoint, every file at its size, and the base of an adapter still there."""
    read_seal(folder)
    if not is_complete(folder):
        raise InvalidInput(
            f"{folder} has lost files or they have changed since it was written. "
            "Choose another checkpoint.",
            field="start_from",
        )
    if is_adapter(folder):
        adapter_base(folder)


def read_pictures(folder: Path) -> Pictures:
    """From the options in the export's ``manifest.json``, if it has one."""
    try:
        manifest = orjson.loads((folder / "manifest.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return Pictures()
    options = manifest.get("options") if isinstance(manifest, dict) else None
    if not isinstance(options, dict):
        return Pictures()
    side = options.get("image_side")
    return Pictures(
        box_format=str(options.get("box_format") or Pictures.box_format),
        image_side=side if isinstance(side, int) else None,
    )


def _train_rows(recipe: type[Recipe], folder: Path, *, limit: int | None) -> Rows:
    rows = open_rows(folder, recipe.reads, "train", limit=limit)
    if rows is None:
        raise InvalidInput(
            f"The export {folder} has no {recipe.reads}-train.jsonl, which {recipe.title} reads.",
            field="data",
        )
    if len(rows) < recipe.min_rows:
        raise InvalidInput(
            f"The export has {len(rows)} rows to train on; {recipe.title} needs at least "
            f"{recipe.min_rows}. Freeze a larger version of the dataset.",
            field="data",
        )
    return rows
