"""What every backend must do, run over the registry: a new file is tested without a new test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import InvalidInput, ReframeError
from inference.backends import (
    Answer,
    Backend,
    Source,
    close_warm_backend,
    open_backend,
    registry,
)
from inference.schemas import SCHEMAS
from inference.visible import visible_data, visible_text
from tests.inference.requests import ask, drawn_photo
from tests.inference.sources import WORKING, Working
from tests.servers.openai_like import OpenAILike

every_backend = pytest.mark.parametrize("name", registry.names())


@pytest.fixture(scope="module")
def sources(
    shared_server: OpenAILike, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Working]]:
    """One working source per backend."""
    assert set(registry.names()) == set(WORKING), "add the backend to tests/inference/sources.py"
    yield {
        name: make(tmp_path_factory.mktemp(name), shared_server) for name, make in WORKING.items()
    }
    close_warm_backend()


def opened(working: Working) -> Backend:
    return open_backend(working.source, allowed_local=working.allowed_local)


@every_backend
def test_has_a_name_and_a_title(name: str) -> None:
    plugin = registry.get(name)
    assert plugin.name == name and plugin.title
    assert (name, plugin.title) in registry.choices()


@every_backend
def test_import_is_cheap(name: str) -> None:
    module = registry.get(name).__module__
    code = (
        f"import sys, {module}; print([each for each in ('torch', 'transformers', 'openai', "
        "'httpx2', 'PIL', 'scipy', 'django') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@every_backend
@pytest.mark.parametrize("location", ["", "/no/such/thing", "http://127.0.0.1/", "\x00"])
def test_bad_settings_are_listed_never_raised(name: str, location: str) -> None:
    source = Source(name, location, "", parameters={"no_such_setting": object()})
    problems = registry.get(name).configure(source)
    assert problems and all(isinstance(each, ReframeError) for each in problems)
    assert all(each.message.endswith(".") and each.field for each in problems)


@every_backend
def test_good_settings_have_no_problem(name: str, sources: dict[str, Working]) -> None:
    working = sources[name]
    plugin = registry.get(name)
    assert plugin.configure(working.source, allowed_local=working.allowed_local) == []


@every_backend
def test_every_answer_is_complete(name: str, sources: dict[str, Working]) -> None:
    with opened(sources[name]) as backend:
        for step in sources[name].steps:
            request = ask(step)
            answer = backend.answer(request)
            assert (answer.backend, answer.prompt_hash) == (name, request.prompt.hash)
            assert answer.text and answer.model and answer.revision
            assert answer.attempts >= 1 and answer.latency_ms >= 0
            assert answer.parameters["max_tokens"] == 64


@every_backend
def test_structured_answers_have_their_shape(name: str, sources: dict[str, Working]) -> None:
    with opened(sources[name]) as backend:
        for step in sources[name].steps:
            data = backend.answer(ask(step)).data
            if step in SCHEMAS:
                SCHEMAS[step].model_validate(data)
            else:
                assert data is None


@every_backend
def test_answers_are_visible_text_and_plain_json(name: str, sources: dict[str, Working]) -> None:
    with opened(sources[name]) as backend:
        for step in sources[name].steps:
            answer = backend.answer(ask(step))
            assert visible_text(answer.text) == answer.text
            assert visible_data(answer.data) == answer.data
            again = Answer.from_record(json.loads(json.dumps(answer.as_record())))
            assert again == answer


@every_backend
def test_many_come_back_in_order(name: str, sources: dict[str, Working]) -> None:
    requests = [ask(step) for step in sources[name].steps for _ in range(2)]
    with opened(sources[name]) as backend:
        answers = backend.answer_many(requests)
    names = [each.prompt_name for each in answers if isinstance(each, Answer)]
    assert names == [request.prompt.name for request in requests]


@every_backend
def test_failure_comes_out_in_words(name: str, sources: dict[str, Working]) -> None:
    broken = ask("crop.best", b"this is no picture")
    with opened(sources[name]) as backend:
        outcome = backend.answer_many([broken, ask("crop.best")])
    if isinstance(outcome[0], ReframeError):  # an endpoint may not look at the picture at all
        assert outcome[0].message.endswith(".")
    assert isinstance(outcome[1], Answer)


@every_backend
def test_likelihoods_come_in_order_or_are_refused(name: str, sources: dict[str, Working]) -> None:
    requests = [ask("crop.best", drawn_photo(size=size)) for size in ((300, 200), (120, 200))]
    with opened(sources[name]) as backend:
        if not backend.gives_likelihoods:
            with pytest.raises(InvalidInput, match="how likely"):
                backend.log_likelihoods(requests, "Yes.")
            return
        both = backend.log_likelihoods(requests, "Yes.")
        (second,) = backend.log_likelihoods(requests[1:], "Yes.")
    assert all(each.value < 0 and each.usage.tokens_in > 0 for each in both)
    assert both[1].value == pytest.approx(second.value, abs=1e-4)
    assert both[1].usage.tokens_out == second.usage.tokens_out > 0


@every_backend
def test_closing_twice_is_fine(name: str, sources: dict[str, Working]) -> None:
    backend = opened(sources[name])
    backend.close()
    backend.close()
    close_warm_backend()


def test_unknown_backend_names_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="Known: openai, replay, rules, transformers"):
        open_backend(Source("oracle"))


def test_only_rules_count_as_rule_based() -> None:
    assert [plugin.name for plugin in registry if plugin.is_rule_based] == ["rules"]


def test_warm_model_is_kept_and_replaced(sources: dict[str, Working], tmp_path: Path) -> None:
    source = sources["transformers"].source
    first = open_backend(source)
    with open_backend(Source(**vars(source))) as second:
        assert second is first
    other = Source("transformers", source.location, "tiny", parameters={"batch_size": 2})
    assert open_backend(other) is not first
    assert open_backend(other) is open_backend(other)
