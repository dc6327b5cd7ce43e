"""The guess at a language: right where it speaks, silent where there is too little."""

from __future__ import annotations

import pytest

from measures.texts.language import guess_language

TEXTS = {
    "en": "The tower stands against the sky and draws the eye, but it is a little lost in the frame.",
    "de": "Der Turm steht vor dem Himmel und zieht den Blick an, aber er ist ein wenig verloren.",
    "fr": "La tour se dresse dans le ciel et elle attire le regard, mais elle est un peu perdue.",
    "es": "La torre se levanta en el cielo y atrae la mirada, pero está un poco perdida en el marco.",
    "it": "La torre si alza nel cielo e attira lo sguardo, ma è un poco persa nel quadro della foto.",
    "pt": "A torre ergue-se no céu e atrai o olhar, mas está um pouco perdida no quadro da foto.",
    "nl": "De toren staat voor de lucht en trekt het oog aan, maar hij is ook een beetje verloren.",
    "zh": "塔楼立在天空下很吸引目光。但是在画面里有点孤单。",
    "ja": "塔が空に立っていて目を引くが、少しさびしい感じがする。",
    "ru": "Башня стоит на фоне неба и притягивает взгляд, но немного теряется.",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items(), ids=TEXTS)
def test_a_sentence_or_two_tell_the_language(code: str, text: str) -> None:
    guess = guess_language(text)
    assert guess is not None and guess.language == code


@pytest.mark.parametrize("text", ["", "Nice shot.", "1 2 3 4 5 6 7 8 9", "lorem ipsum " * 10])
def test_too_little_says_nothing(text: str) -> None:
    assert guess_language(text) is None
