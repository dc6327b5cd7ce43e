"""Samples from questions about photos: the region that helps to answer (CropVLM, both stages; LFPC's
second stage), and the answer under an information gap (LFPC).

An expert's region stands in the place of a seed box. With ``halve_regions`` each photo, and all that
looks like it, serves only one of CropVLM's two stages, by a hash of their group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from accounts.models import Project
from catalog.models import PhotoState, Question
from curation.models import SampleKind
from curation.rules import Rules
from curation.selectors.question_regions import (
    EXPERT,
    FoundRegion,
    drawn_regions,
    found_gaps,
    seed_regions,
)
from curation.services.candidates import Candidate, Lost, batches
from curation.services.splitting import group_keys
from measures.answers import majority_answer

QUESTIONS_AT_ONCE = 500
STAGES = (SampleKind.SFT_REGION, SampleKind.RL_REGION)
NO_REGION = "question has no region"
NOT_VISIBLE = "an expert says that the answer cannot be seen"
NO_ANSWER = "question has no accepted answer"
OTHER_STAGE = "photo serves the other stage"
NO_GAP = "no resolution was searched for"
NO_SIDE = "the search found no resolution"


def outlined(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """SFT: the question, and the region as the answer."""
    kind = SampleKind.SFT_REGION
    for question, region in _regions(project, rules, lost, kind):
        if region is None:
            lost.add(kind, NO_REGION)
            continue
        data = {**_asked(question), **_box(region)}
        yield Candidate(kind, question.photo_id, data, _sources(question, region))


def rewarded(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """GRPO: the question with its answers; a box only where an expert drew it."""
    kind = SampleKind.RL_REGION
    for question, region in _regions(project, rules, lost, kind):
        if not question.answers:
            lost.add(kind, NO_ANSWER)
            continue
        drawn = region if region is not None and region.origin == EXPERT else None
        data = {**_asked(question), **(_box(drawn) if drawn else {})}
        yield Candidate(kind, question.photo_id, data, _sources(question, drawn))


def gaps(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """GRPO: the question, its answers, and the size of the global view with the evidence for it."""
    kind = SampleKind.RL_GAP
    for chunk in _questions(project):
        ids = [question.pk for question in chunk]
        drawn = drawn_regions(ids, include_flagged=rules.include_flagged)
        searched = found_gaps(ids)
        for question in chunk:
            gap, region = searched.get(question.pk), drawn.get(question.pk)
            why = NO_ANSWER if not question.answers else NO_GAP if gap is None else ""
            if why or gap is None or gap.content.side is None:
                lost.add(kind, why or NO_SIDE)
                continue
            content = gap.content.model_dump(mode="json")
            told = {name: content[name] for name in ("side", "threshold", "levels")}
            boxed = region if region is not None and region.box is not None else None
            data = {**_asked(question), **told, **(_box(boxed) if boxed else {})}
            sources = [*_sources(question, boxed), *gap.sources]
            yield Candidate(kind, question.photo_id, data, list(dict.fromkeys(sources)))


def _regions(
    project: Project, rules: Rules, lost: Lost, kind: SampleKind
) -> Iterator[tuple[Question, FoundRegion | None]]:
    """Each question that this stage may use, with its region as far as it has one."""
    for chunk in _questions(project):
        ids = [question.pk for question in chunk]
        found = seed_regions(ids) if rules.seed_regions else {}
        found |= drawn_regions(ids, include_flagged=rules.include_flagged)
        stages = _stages(chunk, rules)
        for question in chunk:
            region = found.get(question.pk)
            if region is not None and region.box is None:
                lost.add(kind, NOT_VISIBLE)
            elif stages.get(question.photo_id, kind) != kind:
                lost.add(kind, OTHER_STAGE)
            else:
                yield question, region


def _questions(project: Project) -> Iterator[list[Question]]:
    rows = Question.objects.filter(photo__project=project, photo__state=PhotoState.READY)
    rows = rows.select_related("photo").order_by("photo__content_hash", "photo_id", "pk")
    yield from batches(rows.iterator(chunk_size=QUESTIONS_AT_ONCE), QUESTIONS_AT_ONCE)


def _stages(questions: list[Question], rules: Rules) -> dict[int, SampleKind]:
    """By photo the one stage that it serves; empty where both may have all. Photos that look alike go
    together, so that the second stage is rewarded on nothing that the first one has seen."""
    if not rules.halve_regions or not set(STAGES) <= set(rules.kinds):
        return {}
    keys = group_keys(question.photo for question in questions)
    return {photo_id: STAGES[_half(key, rules.seed)] for photo_id, key in keys.items()}


def _half(group_key: str, seed: int) -> int:
    return hashlib.sha256(f"halves/{seed}/{group_key}".encode()).digest()[0] % 2


def _asked(question: Question) -> dict[str, Any]:
    answers = [str(answer) for answer in question.answers]
    return {
        "question": question.text, "answers": answers,
        "answer": majority_answer(answers) if answers else "",
    }  # fmt: skip


def _box(region: FoundRegion) -> dict[str, Any]:
    box = [round(value, 6) for value in region.box or ()]
    return {"box": box, "origin": region.origin, "rule": region.rule}


def _sources(question: Question, region: FoundRegion | None) -> list[str]:
    return [f"question/{question.pk}", *(region.sources if region else ())]
