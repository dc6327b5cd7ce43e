"""Tiny models of four real architectures: built, loaded, asked, and scored."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from core.errors import InvalidInput
from inference.backends import Answer, Parameters, Source
from inference.backends.transformers import TransformersBackend
from inference.models.processors import load_processor
from inference.models.tiny import TinyModel, build_tiny_model, families
from tests.inference.requests import ask, drawn_photo

every_family = pytest.mark.parametrize("family", families())


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TinyModel]:
    folder = tmp_path_factory.mktemp("tiny")
    built = {family: build_tiny_model(folder / family, family, "smoke") for family in families()}
    for model in built.values():
        shake(model.path / "model.safetensors")
    return built


def shake(weights: Path) -> None:
    """Fresh weights are so small that every model repeats its last token; larger ones differ."""
    from safetensors.torch import load_file, save_file

    larger = {k: v * (1 if "norm" in k else 6) for k, v in load_file(weights).items()}
    save_file(larger, weights, metadata={"format": "pt"})


def backend_of(model: TinyModel, **parameters: Any) -> TransformersBackend:
    settings = {"device": "cpu"} | parameters
    return TransformersBackend(Source("transformers", str(model.path), parameters=settings))


@every_family
def test_folder_is_what_real_servers_expect(models: dict[str, TinyModel], family: str) -> None:
    path = models[family].path
    assert (path / "model.safetensors").is_file() and (path / "chat_template.jinja").is_file()
    assert family == "idefics3" or (path / "video_preprocessor_config.json").is_file()
    kind = json.loads((path / "processor_config.json").read_text())["processor_class"]
    assert kind.lower().startswith(family.replace("_", "").replace("25", "2_5")[:5])
    assert 200_000 < models[family].parameters < 500_000


@every_family
def test_every_percent_is_one_token(models: dict[str, TinyModel], family: str) -> None:
    tokenizer = load_processor(models[family].path).tokenizer
    lengths = [len(tokenizer.encode(str(n), add_special_tokens=False)) for n in range(101)]
    assert lengths == [1] * 101
    assert len(tokenizer.encode("[12,34,100,7]", add_special_tokens=False)) == 9
    assert tokenizer.decode(tokenizer.encode("[12,34,100,7] a crop.")) == "[12,34,100,7] a crop."
    assert len(tokenizer.encode(ask("guidance.refine").prompt.text)) < 400


@every_family
def test_asked_with_a_photo_it_answers(models: dict[str, TinyModel], family: str) -> None:
    backend = backend_of(models[family])
    request = ask("crop.best", parameters=Parameters(max_tokens=5))
    answer = backend.answer(request)
    assert answer.tokens_in > 20 and 1 <= answer.tokens_out <= 5
    assert answer.finish_reason in ("stop", "length") and len(answer.revision) == 16
    assert backend.answer(request).text == answer.text


@every_family
def test_batch_gives_what_each_alone_gives(models: dict[str, TinyModel], family: str) -> None:
    backend = backend_of(models[family], batch_size=3)
    photos = [drawn_photo((x, 0.2, x + 0.3, 0.6)) for x in (0.1, 0.3, 0.6)]
    requests = [ask("crop.best", photo, parameters=Parameters(max_tokens=6)) for photo in photos]
    requests[1] = ask("crop.propose", photos[1], schema=None, parameters=Parameters(max_tokens=6))
    together = backend.answer_many(requests)
    alone = [backend.answer(request) for request in requests]
    texts = [each.text for each in together if isinstance(each, Answer)]
    assert texts == [each.text for each in alone]
    counts = [each.tokens_in for each in together if isinstance(each, Answer)]
    assert counts == [each.tokens_in for each in alone]


@every_family
def test_likelihood_agrees_with_what_it_prefers(models: dict[str, TinyModel], family: str) -> None:
    backend = backend_of(models[family])
    request = ask("crop.best", parameters=Parameters(max_tokens=1))
    tokenizer = load_processor(models[family].path).tokenizer
    best = backend.answer(request).text
    token = tokenizer.encode(best, add_special_tokens=False)
    if len(token) == 1:  # what greedy decoding chose must be the likeliest first token
        others = [str(number) for number in range(0, 101, 20)]
        likeliest = backend.log_likelihood(request, best)
        assert all(backend.log_likelihood(request, other) <= likeliest for other in others)
    whole = backend.log_likelihood(request, "[1,2,30,40]")
    assert whole < backend.log_likelihood(request, "[1") < 0


@every_family
def test_likelihoods_in_a_batch_are_those_alone(models: dict[str, TinyModel], family: str) -> None:
    """Prompts of other lengths, crops of other shapes, two pictures each, as the grid search asks."""
    backend = backend_of(models[family], batch_size=3)
    full = drawn_photo()
    crops = [drawn_photo(size=size) for size in ((60, 60), (200, 60), (60, 200))]
    steps = ["crop.best", "crop.propose", "crop.best"]
    requests = [ask(step, images=(full, crop)) for step, crop in zip(steps, crops, strict=True)]
    together = [each.value for each in backend.log_likelihoods(requests, "A harbour.")]
    alone = [backend.log_likelihood(request, "A harbour.") for request in requests]
    assert together == pytest.approx(alone, abs=1e-3)
    assert len(set(together)) == 3


def test_likelihood_adds_up_over_tokens(models: dict[str, TinyModel]) -> None:
    """P(ab) = P(a) P(b|a), with the second factor taken from the sum over the whole vocabulary."""
    backend = backend_of(models["idefics3"])
    request = ask("crop.best")
    pairs = [backend.log_likelihood(request, f"7 {n}") for n in range(3)]
    first = backend.log_likelihood(request, "7")
    assert sum(math.exp(pair - first) for pair in pairs) < 1


def test_same_seed_same_weights(tmp_path: Path) -> None:
    build_tiny_model(tmp_path / "a", "idefics3", "smoke", seed=3)
    build_tiny_model(tmp_path / "b", "idefics3", "smoke", seed=3)
    build_tiny_model(tmp_path / "c", "idefics3", "smoke", seed=4)
    for name in ("model.safetensors", "tokenizer.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    weights = [(tmp_path / each / "model.safetensors").read_bytes() for each in "ac"]
    assert weights[0] != weights[1]


def test_sampling_depends_on_its_seed_only(models: dict[str, TinyModel]) -> None:
    backend = backend_of(models["idefics3"])
    seeds = [1, 1, 2, 3]
    requests = [
        ask("crop.best", parameters=Parameters(temperature=1.0, max_tokens=12, seed=seed))
        for seed in seeds
    ]
    texts = [each.text for each in backend.answer_many(requests) if isinstance(each, Answer)]
    assert texts[0] == texts[1] and len(set(texts)) > 1
    assert backend.answer(requests[3]).text == texts[3]


def test_learner_has_the_size_that_learns(tmp_path: Path) -> None:
    assert 800_000 < build_tiny_model(tmp_path / "m", "idefics3").parameters < 1_000_000


@pytest.mark.parametrize(
    ("family", "preset", "field"), [("gpt", "smoke", "family"), ("smolvlm", "huge", "preset")]
)
def test_unknown_model_is_refused(tmp_path: Path, family: str, preset: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        build_tiny_model(tmp_path / "m", family, preset)
    assert caught.value.field == field


def test_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(InvalidInput, match="not empty"):
        build_tiny_model(tmp_path, "idefics3", "smoke")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
