"""From a canonical sample to a conversation in TRL's form: prompt, completion or chosen, rejected.

The questions are the prompts of `inference.prompts`, so that a trained model is asked in the very
words it was trained on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from annotation.contents import GuidanceContent
from curation.models import Sample, SampleKind
from inference.messages import RenderedPrompt
from inference.prompts import render
from measures.boxes import Box
from measures.boxes.conversions import to_percent
from measures.boxes.text import SHARES, BoxText, format_box

Message = dict[str, str]
PROMPTS = {
    SampleKind.SFT_CROP: "crop.best",
    SampleKind.DPO_CROP: "crop.best",
    SampleKind.SFT_GUIDANCE: "guidance.ask",
    SampleKind.DPO_TEXT: "guidance.ask",
    SampleKind.DPO_RATIONALE: "crop.best",
    SampleKind.SFT_REGION: "region.outline",
    SampleKind.RL_REGION: "region.outline",
    SampleKind.RL_GAP: "question.answer",
}
# Rewarded by what comes of an answer: rows hold the truth in place of an answer to learn.
REWARDED = frozenset({SampleKind.RL_REGION, SampleKind.RL_GAP})
# A model's own markers, written by a person, would be read as pictures, boxes or turns by trainers:
# <image>, <video>, <bbox>, <ref-object>, <|image_pad|>, <|im_end|>, </s>, <end_of_utterance> ...
# At most 40 characters, one line: "a < b and c > d" is no marker.
_MARKER = re.compile(r"<(\|?/?[A-Za-z][A-Za-z0-9_:|-]{0,38}\|?)>")


def conversation(sample: Sample, *, with_rationale: bool) -> dict[str, list[Message]]:
    """``prompt`` and ``completion`` of an SFT sample; ``prompt``, ``chosen``, ``rejected`` of DPO; the
    ``prompt`` alone where answers are rewarded, see `truth`."""
    kind, data = SampleKind(sample.kind), sample.data
    prompt = _question(kind, data)
    if kind in REWARDED:
        return {"prompt": prompt}
    if kind == SampleKind.SFT_REGION:
        return {"prompt": prompt, "completion": [_region(data["box"])]}
    if kind == SampleKind.SFT_CROP:
        return {"prompt": prompt, "completion": [_crop(data["answer"], with_rationale)]}
    if kind == SampleKind.SFT_GUIDANCE:
        return {"prompt": prompt, "completion": [_guidance(data)]}
    answer = COMPARED[kind]
    return {
        "prompt": prompt,
        "chosen": [answer(data["chosen"])],
        "rejected": [answer(data["rejected"])],
    }


def truth(sample: Sample) -> dict[str, Any]:
    """What a reward needs: the question, all accepted answers and the most common one, and the expert's
    box (whole percent) where there is one; for information gaps the side of the global view too."""
    data = sample.data
    box = Box(*data["box"]) if data.get("box") else None
    told: dict[str, Any] = {
        "question": neutral(data["question"]),
        "answers": [neutral(answer) for answer in data["answers"]],
        "answer": neutral(data["answer"]),
        "solution_bbox": list(to_percent(box)) if box else None,
        "width": sample.photo.width, "height": sample.photo.height,
    }  # fmt: skip
    return told | ({"side": data["side"]} if sample.kind == SampleKind.RL_GAP else {})


def box_text(corners: list[float]) -> str:
    """A box as models are asked to write it: whole percent of the upright photo."""
    return format_box(Box(*corners), BoxText.PERCENT)


def guidance_text(content: GuidanceContent) -> str:
    """Overall impression, analysis and guidance as one answer."""
    parts = (content.overall, content.analysis, content.guidance)
    return "\n\n".join(part.strip() for part in parts if part.strip())


def neutral(text: str) -> str:
    """The text with every marker's angle brackets turned into look-alikes."""
    return _MARKER.sub("\u2039\\1\u203a", text)


def asked(kind: SampleKind, question: str = "...") -> RenderedPrompt:
    """The prompt of a kind; about a question where the kind has one."""
    if kind == SampleKind.RL_GAP:
        return render(PROMPTS[kind], question=question)
    if kind in (SampleKind.SFT_REGION, SampleKind.RL_REGION):
        return render(PROMPTS[kind], question=question, units=SHARES[BoxText.PERCENT])
    return render(PROMPTS[kind])


def _question(kind: SampleKind, data: dict[str, Any]) -> list[Message]:
    prompt = asked(kind, data.get("question", ""))
    said = [{"role": "system", "content": prompt.system}] if prompt.system else []
    return [*said, {"role": "user", "content": prompt.text}]


def _answer(text: str) -> Message:
    return {"role": "assistant", "content": neutral(text)}


def _box(crop: dict[str, Any]) -> Message:
    return _crop(crop, with_rationale=False)


def _crop(crop: dict[str, Any], with_rationale: bool) -> Message:
    text = box_text(crop["box"])
    return _answer(f"{text} {crop['rationale']}" if with_rationale and crop["rationale"] else text)


def _region(box: list[float]) -> Message:
    """As the prompt asks for it, and as drafts of regions are read."""
    numbers = box_text(box).strip("[]").split(",")
    return _answer(f'{{"bbox_2d": [{", ".join(numbers)}]}}')


def _guidance(data: dict[str, Any]) -> Message:
    return _answer(guidance_text(GuidanceContent(**data)))


def _reasoned(crop: dict[str, Any]) -> Message:
    """The same crop on both sides: only the words differ."""
    return _crop(crop, with_rationale=True)


COMPARED: dict[SampleKind, Callable[[dict[str, Any]], Message]] = {
    SampleKind.DPO_CROP: _box,
    SampleKind.DPO_TEXT: _guidance,
    SampleKind.DPO_RATIONALE: _reasoned,
}
FIGURES = (
    "gap", "p", "tier", "votes", "marks", "origin", "rule", "side", "threshold", "levels",
)  # fmt: skip


def meta_of(sample: Sample) -> dict[str, Any]:
    """What leads back: content hash of the photo, its group, the figures and marks of the sample."""
    data = sample.data
    figures = {key: data[key] for key in FIGURES if key in data}
    if sample.kind == SampleKind.SFT_CROP:
        figures |= {"score": data["answer"]["score"], "n": data["answer"]["n"]}
    return {"photo": sample.photo.content_hash, "group": sample.group_key, **figures}
