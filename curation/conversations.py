"""From a canonical sample to a conversation in TRL's form: prompt, completion or chosen, rejected.

The questions are the prompts of `inference.prompts`, so that a trained model is asked in the very
words it was trained on.
"""

from __future__ import annotations

from typing import Any

from annotation.contents import GuidanceContent
from curation.models import Sample, SampleKind
from inference.prompts import render
from measures.boxes import Box
from measures.boxes.text import BoxText, format_box

Message = dict[str, str]
PROMPTS = {
    SampleKind.SFT_CROP: "crop.best",
    SampleKind.DPO_CROP: "crop.best",
    SampleKind.SFT_GUIDANCE: "guidance.ask",
    SampleKind.DPO_TEXT: "guidance.ask",
}
# A model's own markers, written by a person, would be read as pictures or boxes by trainers.
_MARKERS = ("<image>", "<video>", "<bbox>", "<|image_pad|>")

_ANGLES = str.maketrans({"<": "\u2039", ">": "\u203a"})


def conversation(sample: Sample, *, with_rationale: bool) -> dict[str, list[Message]]:
    """``prompt`` and ``completion`` of an SFT sample; ``prompt``, ``chosen``, ``rejected`` of DPO."""
    kind = SampleKind(sample.kind)
    prompt = [_said("user", render(PROMPTS[kind]).text)]
    if kind == SampleKind.SFT_CROP:
        return {"prompt": prompt, "completion": [_crop(sample.data["answer"], with_rationale)]}
    if kind == SampleKind.SFT_GUIDANCE:
        return {"prompt": prompt, "completion": [_guidance(sample.data)]}
    answer = _guidance if kind == SampleKind.DPO_TEXT else _box
    return {
        "prompt": prompt,
        "chosen": [answer(sample.data["chosen"])],
        "rejected": [answer(sample.data["rejected"])],
    }


def _said(role: str, text: str) -> Message:
    for marker in _MARKERS:
        text = text.replace(marker, marker.translate(_ANGLES))
    return {"role": role, "content": text}


def _box(crop: dict[str, Any]) -> Message:
    return _crop(crop, with_rationale=False)


def _crop(crop: dict[str, Any], with_rationale: bool) -> Message:
    text = format_box(Box(*crop["box"]), BoxText.PERCENT)
    if with_rationale and crop["rationale"]:
        text = f"{text} {crop['rationale']}"
    return _said("assistant", text)


def _guidance(data: dict[str, Any]) -> Message:
    content = GuidanceContent(**data)
    parts = [content.overall, content.analysis, content.guidance]
    return _said("assistant", "\n\n".join(part for part in parts if part))


def meta_of(sample: Sample) -> dict[str, Any]:
    """What leads back: content hash of the photo, its group, and the figures of the sample."""
    data = sample.data
    figures = {key: data[key] for key in ("gap", "p", "tier") if key in data}
    if "answer" in data:
        figures |= {"score": data["answer"]["score"], "n": data["answer"]["n"]}
    return {"photo": sample.photo.content_hash, "group": sample.group_key, **figures}
