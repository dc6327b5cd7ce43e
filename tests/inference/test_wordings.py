"""What a wording of somebody's own must hold, said in words."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput, TooLarge
from inference.prompts import latest_version, names, template
from inference.prompts.wordings import checked_wording, placeholders
from inference.tokens import image_tokens, text_tokens

OURS = template("guidance.refine", 1)


@pytest.mark.parametrize("step", names())
def test_our_own_wordings_pass(step: str) -> None:
    text = template(step, latest_version(step))
    assert checked_wording(step, text.replace("\n", "\r\n")) == text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{{ comments | fenced }}", "", "It needs {{ comments | fenced }}"),
        ("{{ comments | fenced }}", "{{ comments }}", "Write {{ comments | fenced }}"),
        ("Write one", "{{ photographer }} Write one", "no value for {{ photographer }}"),
        ("Write one", "{{ comments|upper }} Write one", "{{ comments|upper }} is no placeholder"),
        ("<untrusted ...>", "these", "Say in the system text"),
    ],
)
def test_what_cannot_be_used_is_told(old: str, new: str, words: str) -> None:
    with pytest.raises(InvalidInput) as told:
        checked_wording("guidance.refine", OURS.replace(old, new))
    assert words in str(told.value) and told.value.field == "text"


def test_a_wording_asks_something_and_ends_somewhere() -> None:
    with pytest.raises(InvalidInput, match="nothing to ask"):
        checked_wording("crop.best", "Only a system text.\n=====\n")
    with pytest.raises(TooLarge):
        checked_wording("crop.best", "x" * 20_001)


def test_hidden_characters_are_left_out() -> None:
    assert checked_wording("crop.best", "Find\u202e it.\x00") == "Find it.\n"


def test_placeholders_are_fenced_only_where_all_are() -> None:
    assert placeholders("{{ a }} {{a|fenced}} {{ b | fenced }}") == {"a": False, "b": True}


def test_tokens_are_estimated() -> None:
    assert text_tokens("four words of text") == 5 and text_tokens("太暗") == 2
    assert image_tokens(1024, 683) == 37 * 25
