"""Reading what models answer: found in prose, checked against the step's shape, made visible."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inference.errors import EmptyAnswer, MalformedAnswer, ModelDeclined
from inference.extracting import find_object, is_declined, read_answer
from inference.schemas import SCHEMAS, json_schema
from inference.visible import visible_text
from tests.inference.requests import CRITIQUE


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}', '```json\n{"a": 1}\n```', 'Of {course}: {"a": 1}. Bye {', '{"x"} {"a": 1}',
        '\ufeff {"a":\n1}',
    ],
)  # fmt: skip
def test_object_is_found(text: str) -> None:
    assert find_object(text) == {"a": 1}


@pytest.mark.parametrize("text", ["", "none", "[1]", '{"a": NaN}', "{" * 10_000, '{"a":' * 5_000])
def test_no_object_is_none(text: str) -> None:
    assert find_object(text) is None


def crops(*boxes: list[Any]) -> str:
    return json.dumps({"crops": [{"box": b, "rationale": "r", "score": 0.5} for b in boxes]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (crops([0.5, 0, 0.2, 1]), "x1 < x2"),
        (crops([0, 0, 1.2, 1]), "less than or equal to 1"),
        (crops([0, 0, 1]), "at least 4"),
        (crops([0, 0, "a", 1]), "number"),
        (crops(), "at least 1"),
        ('{"crops": 1}', "list"),
    ],
)
def test_wrong_crop_is_explained(text: str, words: str) -> None:
    with pytest.raises(MalformedAnswer, match=words):
        read_answer("crop.propose", text)


def test_verdict_must_not_contradict_itself() -> None:
    verdict = {"passed": True, "has_issues": False, "has_guidance": True, "findings": []}
    with pytest.raises(MalformedAnswer, match="passed must be false"):
        read_answer("guidance.verify", json.dumps(verdict))


def test_hidden_characters_do_not_reach_the_data() -> None:
    attack = CRITIQUE | {"overall": "safe\u202egpj.exe\x00", "issues": ["a\u200bb"]}
    data = read_answer("guidance.refine", json.dumps(attack))
    assert data["overall"] == "safegpj.exe" and data["issues"] == ["ab"]


def test_nothing_and_no() -> None:
    with pytest.raises(EmptyAnswer):
        read_answer("guidance.refine", " \n")
    nothing = {"overall": "", "analysis": "", "guidance": " ", "issues": [], "suggestions": []}
    with pytest.raises(MalformedAnswer, match="all empty"):
        read_answer("guidance.refine", json.dumps(nothing))
    with pytest.raises(ModelDeclined):
        read_answer("guidance.refine", "I\u2019m sorry, but I cannot help with this photo.")


@pytest.mark.parametrize(
    "text", ["You can't help but look at the eye.", "The horizon cannot hold the picture."]
)
def test_criticism_is_no_refusal(text: str) -> None:
    assert not is_declined(text)


@pytest.mark.parametrize("step", sorted(SCHEMAS))
def test_schema_is_flat_and_closed(step: str) -> None:
    schema = json_schema(step)
    assert schema is not None and "$ref" not in json.dumps(schema)
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    assert json_schema("crop.best") is None


def test_letters_of_every_script_stay() -> None:
    text = "Größe \u5149 \u0646\u0648\u0631 \U0001f468\u200d\U0001f469\tend\nnext"
    assert visible_text(text) == text
    assert visible_text("a\r\nb\u2028c\ud800") == "a\nb\nc"
