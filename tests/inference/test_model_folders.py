"""Which model folders are opened: safetensors only, no code, nothing missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import Misconfigured, TooLarge
from inference.backends import Parameters, Source, open_backend
from inference.backends.transformers import TransformersBackend
from inference.errors import MalformedAnswer, ModelFolderUnusable
from inference.models.folders import fingerprint, inspect_folder
from inference.models.tiny import build_tiny_model
from inference.prompts import render
from tests.inference.requests import ask

# peft's own call of a name that transformers renames
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("m") / "model", "idefics3", "smoke").path


@pytest.fixture
def model(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(built, tmp_path / "model"))


def edit(file: Path, **changes: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


BREAKERS: list[tuple[Callable[[Path], object], str]] = [
    (shutil.rmtree, "There is no model folder"),
    (lambda p: [each.unlink() for each in p.iterdir()], "is empty"),
    (lambda p: (p / "config.json").unlink(), r"no config\.json"),
    (lambda p: (p / "config.json").write_text("{"), "cannot be read"),
    (lambda p: (p / "model.safetensors").unlink(), "no weights as safetensors"),
    (lambda p: (p / "model.safetensors").rename(p / "pytorch_model.bin"), "could run code"),
    (lambda p: (p / "pytorch_model.bin").write_bytes(b"x"), "could run code"),
    (lambda p: edit(p / "config.json", auto_map={"AutoModel": "x.Y"}), "own code"),
    (lambda p: edit(p / "tokenizer_config.json", auto_map={"AutoTokenizer": "x.Y"}), "own code"),
]


@pytest.mark.parametrize(("break_it", "words"), BREAKERS)
def test_unusable_folder_is_explained(
    model: Path, break_it: Callable[[Path], object], words: str
) -> None:
    break_it(model)
    with pytest.raises(ModelFolderUnusable, match=words) as caught:
        open_backend(Source("transformers", str(model)))
    assert caught.value.field == "location"


@pytest.mark.parametrize("name", ["model.safetensors", "processor_config.json", "config.json"])
def test_broken_file_fails_in_words(model: Path, name: str) -> None:
    (model / name).write_bytes(b"\x00" * 64 if name.startswith("model") else b"{}")
    backend = TransformersBackend(Source("transformers", str(model)))
    with pytest.raises(Misconfigured, match="cannot be loaded"):
        backend.answer(ask("crop.best"))


def test_fingerprint_follows_the_weights(model: Path) -> None:
    before = fingerprint(inspect_folder(model))
    assert fingerprint(inspect_folder(model)) == before
    weights = bytearray((model / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (model / "model.safetensors").write_bytes(weights)
    assert fingerprint(inspect_folder(model)) != before


def make_adapter(base: Path, folder: Path) -> Path:
    """A LoRA adapter whose weights are not zero, saved as a trainer saves it."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForImageTextToText

    from inference.models.processors import load_processor

    model = AutoModelForImageTextToText.from_pretrained(base)
    adapted = get_peft_model(model, LoraConfig(r=4, target_modules=["q_proj", "v_proj"]))
    for name, parameter in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    adapted.save_pretrained(folder)
    load_processor(base).save_pretrained(folder)
    return folder


def test_adapter_answers_otherwise_than_its_base(built: Path, tmp_path: Path) -> None:
    adapter = make_adapter(built, tmp_path / "adapter")
    request = ask("crop.best")
    sources = [Source("transformers", str(each)) for each in (built, adapter)]
    first, second = (TransformersBackend(source) for source in sources)
    assert first.log_likelihood(request, "[1,2]") != second.log_likelihood(request, "[1,2]")
    assert first.revision != second.revision


def test_adapter_without_its_base_is_explained(built: Path, tmp_path: Path) -> None:
    adapter = make_adapter(built, tmp_path / "adapter")
    edit(adapter / "adapter_config.json", base_model_name_or_path=str(tmp_path / "gone"))
    with pytest.raises(ModelFolderUnusable, match="Put the base model back"):
        open_backend(Source("transformers", str(adapter)))


def test_prompt_longer_than_the_model_is_refused(built: Path) -> None:
    backend = TransformersBackend(Source("transformers", str(built)))
    with pytest.raises(TooLarge, match="can hold only 4096"):
        backend.answer(
            ask("guidance.verify", prompt=render("guidance.verify", critique="no " * 6000))
        )


def test_random_weights_write_no_json(built: Path) -> None:
    backend = TransformersBackend(Source("transformers", str(built)))
    with pytest.raises(MalformedAnswer) as caught:
        backend.answer(ask("crop.propose", parameters=Parameters(max_tokens=8)))
    assert caught.value.detail["tokens_out"] == 8
