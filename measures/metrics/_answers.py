"""How an answer is tidied before it is compared: the rules of the VQA challenge.

Source of the rules: the evaluation of VQA v2 (Antol et al. 2015, Goyal et al. 2017), which TextVQA
took over. Two of its accidents are kept, for they decide figures: a full stop is taken out unless a
digit follows it, whatever stands before, and a comma between two digits glues the words around
every mark. Two are not: the original compares untidied texts where all people said the same, and
stops at the 32nd full stop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from measures.metrics import Value
from measures.statistics.known import NotKnown

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ARTICLES = frozenset({"a", "an", "the"})
MARKS = ';/[]"{}()=+\\_-><@`,?!'
ENOUGH = 3

# Forms that are put back when one apostrophe was forgotten; "let's", "she's", "I'm" are not in it.
_CONTRACTED = """
ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't
haven't he'd he'd've he's how'd how'll how's isn't it'd it'd've it'll ma'am mightn't mightn't've
might've mustn't must've needn't not've o'clock oughtn't 'ow's'at shan't she'd've should've
shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd someone'd've someone'll
someone's something'd something'd've something'll that's there'd there'd've there're there's they'd
they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll what're what's what've
when's where'd where's where've who'd who'd've who'll who's who've why'll why're why's won't
would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're you've
"""
_APOSTROPHES = {
    form[:at] + form[at + 1 :]: form
    for form in _CONTRACTED.split()
    for at, sign in enumerate(form)
    if sign == "'"
} | {"somebody'd": "somebodyd"}
_AS_DIGITS = {word: str(number) for number, word in enumerate(NUMBERS)} | {"none": "0"}
_FULL_STOP = re.compile(r"\.(?!\d)")
_DIGITS_AROUND_COMMA = re.compile(r"\d,\d")


def tidied(text: str) -> str:
    """Lower case, without articles and most marks, numbers up to ten as digits."""
    words = _without_marks(" ".join(text.split())).lower().split()
    kept = [word for word in (_AS_DIGITS.get(word, word) for word in words) if word not in ARTICLES]
    return " ".join(_APOSTROPHES.get(word, word) for word in kept)


def lowered(text: str) -> str:
    """Only lower case, no space around."""
    return text.strip().lower()


def consensus(answer: str, accepted: Sequence[str], tidy: Callable[[str], str]) -> Value:
    """Mean over the people left out one by one of min(1, agreeing others / 3)."""
    if len(accepted) <= ENOUGH:
        return NotKnown("the question has fewer than four people's answers")
    said = tidy(answer)
    agreeing = sum(tidy(each) == said for each in accepted)
    others = len(accepted) - agreeing
    left_out_agrees = min(1.0, (agreeing - 1) / ENOUGH) if agreeing else 0.0
    left_out_differs = min(1.0, agreeing / ENOUGH)
    return (agreeing * left_out_agrees + others * left_out_differs) / len(accepted)


def _without_marks(text: str) -> str:
    glued = _DIGITS_AROUND_COMMA.search(text) is not None
    cleared = text
    for mark in MARKS:
        beside_space = f"{mark} " in text or f" {mark}" in text
        cleared = cleared.replace(mark, "" if glued or beside_space else " ")
    return _FULL_STOP.sub("", cleared)
