"""Checks by sentence-level cues that a critique names a weakness and says what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inference.visible import visible_text

MIN_WORDS = 8

_SENTENCE = re.compile(r"[^.!?;:。！？；\n]+")  # noqa: RUF001 - Chinese sentence ends

# A weakness: a fault word, or "too ..."; in English first, then the commonest other languages.
_FAULT = re.compile(
    r"\btoo (?!often\b)\w+|\b(lack|miss|los[et]|fail|distract|clutter|compet|confus|weak|flat|dull"
    r"|soft\b|blur|nois[ey]|grain|harsh|blown|burn|overexpos|underexpos|clipp|tilt|crooked|slant"
    r"|unbalanc|imbalanc|awkward|cramped|tight|empty|unused|scatter|static|cast\b|dead cent"
    r"|hard to|difficult|problem|issue|weakness|shortcoming|mistake|flaw|hurt|spoil|swallow|muddy"
    r"|oversaturat|washed|competes?|touches the|cut off|cuts? (off|the|through)|merges?|unclear"
    r"|low contrast|no clear|not (level|sharp|clear|enough|in focus)|without|pulls? the eye)"
    r"|\bzu (dunkel|hell|viel|wenig|nah|weit)|unscharf|schief|stört|fehlt|ablenk|überbelicht"
    r"|\btrop |manque|flou|penché|distra[iy]|demasiad|falta|borros|desenfoc|troppo|manca|sfocat"
    r"|太|缺|模糊|杂乱|过曝|欠曝|不足|问题",
    re.IGNORECASE,
)
# Advice: an instruction to the photographer, or what should or could be done.
_ADVICE = re.compile(
    r"\b(should|could|would (help|be better|benefit)|try|consider|next time|instead|avoid|make sure"
    r"|it (helps|is better) to|you (can|may|might)|recommend|suggest|advis)\b"
    r"|^\W*(then |also |please |next |or )?(move|step|go|get|come|use|set|wait|lower|raise|level|tilt|turn|straighten|crop|focus"
    r"|shoot|frame|place|put|choose|change|expose|leave|let|keep|look for|add|reduce|increase|meter"
    r"|recompose|take|give|check|steady|position|include|exclude|simplify|zoom|open|close|decide)"
    r"\b(?!,? (is|are|was|were|has|draws|falls|lies|works|looks|feels)\b)"
    r"|\b(versuch|sollte|könnte|nächstes mal|besser wäre|essay|devrai|pourrai|prochaine fois"
    r"|debería|podría|intenta|prueba|dovrebbe|potrebbe|prova)|建议|应该|可以|尝试|不妨|下次",
    re.IGNORECASE,
)


def check_critique(critique: str | Mapping[str, Any]) -> dict[str, object]:
    """A `Completeness` as a dict for a critique given as text or as its object."""
    text = _full_text(critique)
    sentences = [each.strip() for each in _SENTENCE.findall(text) if each.strip()]
    has_issues = any(_FAULT.search(sentence) for sentence in sentences)
    has_guidance = any(_is_advice(sentence) for sentence in sentences)
    findings = []
    if not has_issues:
        findings.append("No sentence names a weakness of the photo.")
    if not has_guidance:
        findings.append("No sentence says what to do differently when shooting.")
    is_long_enough = _word_count(text) >= MIN_WORDS
    if not is_long_enough:
        findings.append(f"The critique is too short to hold both parts (under {MIN_WORDS} words).")
    return {
        "passed": has_issues and has_guidance and is_long_enough,
        "has_issues": has_issues,
        "has_guidance": has_guidance,
        "findings": findings,
    }


def _is_advice(sentence: str) -> bool:
    """An instruction opens a sentence or a part of one; "should" and its like stand anywhere."""
    return any(
        _ADVICE.search(part.strip()) for part in re.split(r",| and | or |\u2013|-{2}", sentence)
    )


def _full_text(critique: str | Mapping[str, Any]) -> str:
    if isinstance(critique, str):
        return visible_text(critique)
    parts: list[str] = []
    for key in ("overall", "analysis", "guidance", "issues", "suggestions"):
        value = critique.get(key, "")
        if isinstance(value, Sequence) and not isinstance(value, str):
            parts.extend(str(each) for each in value)
        else:
            parts.append(str(value))
    return visible_text("\n".join(parts))


def _word_count(text: str) -> int:
    """Words, where Chinese and Japanese characters count half a word each."""
    dense = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", text))
    return len(text.split()) + dense // 2
