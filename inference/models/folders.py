"""Looks at a model folder before anything in it is loaded: what it holds and whether it is safe.

Only safetensors are read: pickled weights and code inside a folder could run anything.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.errors import ModelFolderUnusable

_PICKLED = ("pytorch_model*.bin", "adapter_model.bin", "model*.pt", "model*.pth", "*.pkl", "*.ckpt")
_CONFIGS = (
    "config.json", "processor_config.json", "preprocessor_config.json", "tokenizer_config.json",
    "adapter_config.json", "generation_config.json",
)  # fmt: skip
# How much of each weight file goes into the fingerprint, from its start and from its end.
_SAMPLE = 1 << 20


@dataclass(frozen=True)
class ModelFolder:
    """``path`` holds the processor and, for an adapter, the adapter's weights; ``base`` the whole
    model that an adapter stands on, None for a whole model."""

    path: Path
    base: Path | None

    @property
    def weights(self) -> Path:
        """The folder of the whole model's weights."""
        return self.base or self.path


def inspect_folder(location: str | Path) -> ModelFolder:
    """Checks a model or adapter folder. `ModelFolderUnusable` says what is missing or unsafe."""
    if not str(location).strip():
        raise _unusable("Give the folder of a model: a checkpoint of a run, or a downloaded model.")
    path = Path(location)
    if not path.is_dir():
        raise _unusable(
            f"There is no model folder {path}. Choose a finished run or another folder."
        )
    if not any(path.iterdir()):
        raise _unusable(f"The model folder {path} is empty. Train or download the model first.")
    if (path / "adapter_config.json").is_file():
        return ModelFolder(path, _base_of(path))
    _check_whole_model(path)
    return ModelFolder(path, None)


def fingerprint(folder: ModelFolder) -> str:
    """16 hexadecimal digits that change when the weights or their settings change. Large weights
    are sampled at both ends, which a new training run always changes."""
    digest = hashlib.sha256()
    for each in {folder.path: None, folder.weights: None}:
        for file in sorted(each.glob("*.safetensors")) + sorted(each.glob("*config.json")):
            digest.update(f"{file.name}/{file.stat().st_size}/".encode())
            with file.open("rb") as opened:
                digest.update(opened.read(_SAMPLE))
                opened.seek(max(0, file.stat().st_size - _SAMPLE))
                digest.update(opened.read(_SAMPLE))
    return digest.hexdigest()[:16]


def _base_of(adapter: Path) -> Path:
    _check_files(adapter, "adapter_model*.safetensors")
    named = str(_read(adapter / "adapter_config.json").get("base_model_name_or_path") or "")
    base = Path(named) if Path(named).is_absolute() else adapter / named
    if not named or not base.is_dir():
        raise _unusable(
            f"The adapter {adapter} was trained on {named or 'an unnamed model'}, which is not a "
            "folder here. Put the base model back, or correct base_model_name_or_path in "
            "adapter_config.json."
        )
    _check_whole_model(base)
    return base


def _check_whole_model(path: Path) -> None:
    if not (path / "config.json").is_file():
        raise _unusable(f"{path} has no config.json, so it is not a model folder.")
    _check_files(path, "model*.safetensors")


def _check_files(path: Path, wanted: str) -> None:
    pickled = sorted(file.name for pattern in _PICKLED for file in path.glob(pattern))
    if not any(path.glob(wanted)):
        hint = f" It holds {pickled[0]}, which could run code and is not read." if pickled else ""
        raise _unusable(f"{path} has no weights as safetensors.{hint} Convert the model first.")
    if pickled:
        raise _unusable(
            f"{path} holds {pickled[0]}, a pickled file that could run code. Remove it first."
        )
    for name in _CONFIGS:
        file = path / name
        if file.is_file() and "auto_map" in _read(file):
            raise _unusable(f"{file} asks to run the model's own code, which is not allowed.")


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise _unusable(f"{file} cannot be read as JSON. Copy the model again.") from None
    return content if isinstance(content, dict) else {}


def _unusable(words: str) -> ModelFolderUnusable:
    return ModelFolderUnusable(words, field="location")
