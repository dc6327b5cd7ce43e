"""Samples as a page shows them: picture with boxes, the rendered conversation, what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Project
from curation.conversations import conversation
from curation.models import Sample, SampleKind
from curation.selectors.paths import sources_of
from curation.selectors.question_regions import EXPERT
from curation.views.links import source_link

TURNS = {
    "prompt": "asked", "completion": "answer", "chosen": "chosen", "rejected": "rejected"
}  # fmt: skip


@dataclass(frozen=True)
class SampleRow:
    """``turns`` are (column, text) in order; ``sources`` are (words, address, kind)."""

    sample: Sample
    boxes: list[dict[str, Any]]
    turns: list[tuple[str, str]]
    sources: list[tuple[str, str, str]]
    notes: list[str]


def sample_rows(project: Project, samples: Sequence[Sample]) -> list[SampleRow]:
    """The rows, with all their links found in a few queries."""
    found = sources_of(path for sample in samples for path in sample.made_from)
    return [
        SampleRow(
            sample=sample,
            boxes=_boxes(sample),
            turns=_turns(sample),
            sources=[
                (found[path].words, source_link(project, found[path]), found[path].kind)
                for path in sample.made_from
            ],
            notes=_notes(sample),
        )
        for sample in samples
    ]


def _turns(sample: Sample) -> list[tuple[str, str]]:
    said = conversation(sample, with_rationale=True)
    return [
        (TURNS[column], message["content"])
        for column, messages in said.items()
        for message in messages
    ]


def _boxes(sample: Sample) -> list[dict[str, Any]]:
    data = sample.data
    if sample.kind == SampleKind.SFT_CROP:
        return [{"box": data["answer"]["box"], "label": "", "kind": "best"}]
    if sample.kind == SampleKind.DPO_CROP:
        return [
            {"box": data["rejected"]["box"], "label": "", "kind": "draft"},
            {"box": data["chosen"]["box"], "label": "", "kind": "best"},
        ]
    if sample.kind == SampleKind.DPO_RATIONALE:
        return [{"box": data["chosen"]["box"], "label": "", "kind": "best"}]
    if data.get("box"):
        return [{"box": data["box"], "label": "", "kind": "best"}]
    return []


def _notes(sample: Sample) -> list[str]:
    data = sample.data
    if sample.kind == SampleKind.SFT_CROP:
        return [_score_note(data)]
    if sample.kind == SampleKind.DPO_CROP and "votes" in data:
        return _vote_notes(data)
    if sample.kind == SampleKind.DPO_CROP:
        sure = "certainty not known" if data["p"] is None else f"P(better) {data['p']:.2f}"
        return [f"gap {data['gap']:.2f}", sure]
    if sample.kind in (SampleKind.DPO_TEXT, SampleKind.DPO_RATIONALE) and "votes" in data:
        return _vote_notes(data)
    if sample.kind == SampleKind.DPO_TEXT and data["marks"]:
        return [f"{mark['mark']}: {mark['sentence']}" for mark in data["marks"]]
    return _question_notes(data) if "question" in data else []


def _score_note(data: dict[str, Any]) -> str:
    answer = data["answer"]
    if answer["score"] is None:
        return "no score: an expert called it good and accepted the rationale"
    return f"score {answer['score']:.2f}, n {answer['n']}, of {len(data['candidates'])} crops"


def _question_notes(data: dict[str, Any]) -> list[str]:
    """What a question's sample rests on."""
    notes = [f"answer: {data['answer']}"] if data["answer"] else []
    if "origin" in data:
        notes.append(
            "drawn by an expert" if data["origin"] == EXPERT else f"seed box, {data['rule']}"
        )
    if "side" in data:
        shares = ", ".join(
            f"{level['agreement']:.0%} at {level['side']}" for level in data["levels"]
        )
        notes.append(f"global view of {data['side']} px; agreement {shares}")
    return notes


def _vote_notes(data: dict[str, Any]) -> list[str]:
    votes = data["votes"]
    notes = [f"{votes['for']} of {votes['for'] + votes['against']} votes"]
    notes += [f"gap of worths {data['gap']:.2f}"] if data["gap"] is not None else []
    return [*notes, f"P(preferred) {data['p']:.2f}"]
