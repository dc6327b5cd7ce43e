"""What viewers' comments are about, found by key words in several languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inference.visible import visible_text

MAX_QUOTE = 90

# Topic to word stems: English, German, French, Spanish, Italian, Portuguese, Dutch, Chinese.
TOPICS: dict[str, str] = {
    "tilt": r"horizon|tilt|crooked|slant|not level|unlevel|schief|penché|penche|inclinad|torcid"
    r"|stort[oa]|scheef|歪|水平",
    "dark": r"too dark|underexpos|murky|dim\b|shadow|dunkel|unterbelicht|sombre|sous-expos|oscur"
    r"|subexpuest|sottoespost|escur|donker|太暗|欠曝|阴影",
    "bright": r"too bright|overexpos|blown|burn(t|ed) out|harsh|washed|überbelicht|zu hell"
    r"|surexpos|cramé|sobreexpuest|quemad|sovraespost|bruciat|overbelicht|过曝|太亮|高光",
    "flat": r"\bflat\b|contrast|dull|hazy|foggy|flau|kontrast|terne|plano|piatt|对比|灰蒙",
    "colour": r"colou?r|cast\b|white balance|tint|saturat|yellowish|farb|weißabgleich|couleur"
    r"|balance des blancs|saturación|balance de blancos|colori|kleur|颜色|色彩|白平衡|偏色|饱和",
    "focus": r"blur|out of focus|\bsoft\b|focus|sharp|unscharf|schärf|flou|netteté|desenfoc|borros"
    r"|nitid|sfocat|mosso|onscherp|模糊|对焦|清晰",
    "placement": r"cent(er|re)|middle|thirds|placement|off-?cent|mitte|drittel|centr[éeoa]|tiers"
    r"|tercios|terzi|midden|居中|三分",
    "cut": r"cut off|cropped|chopped|cuts? (the|his|her|its)|angeschnitten|abgeschnitten|coupé"
    r"|cortad|tagliat|afgesneden|切掉|截断",
    "background": r"background|clutter|distract|busy|messy|hintergrund|ablenk|unruhig"
    r"|arrière-plan|fond\b|fondo|distra|sfondo|achtergrond|背景|杂乱|分散",
    "space": r"empty|too much (sky|space|foreground|room)|negative space|headroom|leer|zu viel"
    r"|vide|trop de|vacío|demasiado|vuoto|troppo|leeg|太空|留白|空旷",
    "subject": r"subject|focal point|where to look|nothing to see|main object|motiv|sujet|sujeto"
    r"|soggetto|onderwerp|主体|主题",
}  # fmt: skip
_PATTERNS = {topic: re.compile(words, re.IGNORECASE) for topic, words in TOPICS.items()}
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")  # noqa: RUF001 - Chinese sentence ends


@dataclass(frozen=True)
class Concern:
    """A topic that comments raise: how many do, and a short quote of the first one."""

    topic: str
    count: int
    quote: str


def find_concerns(comments: Sequence[str]) -> list[Concern]:
    """The topics raised, the most frequent first. Comments are untrusted: quotes are cut short
    and hold visible characters on one line only."""
    found = []
    for topic, pattern in _PATTERNS.items():
        quotes = [quote for quote in (_quote(pattern, text) for text in comments) if quote]
        if quotes:
            found.append(Concern(topic, len(quotes), quotes[0]))
    return sorted(found, key=lambda each: (-each.count, each.topic))


def _quote(pattern: re.Pattern[str], comment: str) -> str:
    for match in _SENTENCE.finditer(visible_text(comment)):
        sentence = " ".join(match[0].split()).strip(' "“”')
        hit = pattern.search(sentence)
        if hit:
            return _shortened(sentence, hit.start())
    return ""


def _shortened(sentence: str, hit: int) -> str:
    """At most `MAX_QUOTE` characters around the key word, cut between words where there are."""
    if len(sentence) <= MAX_QUOTE:
        return sentence
    start = max(0, hit - MAX_QUOTE // 2)
    part = sentence[start : start + MAX_QUOTE]
    if " " in part[:-10]:
        part = part[part.find(" ") + 1 if start else 0 : part.rfind(" ")]
    return ("… " if start else "") + part.strip() + " …"
