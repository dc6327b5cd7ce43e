"""Drafts that many calls lead to: their key, what earlier drafts already paid for, and who said it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from annotation.models import Draft, DraftKind
from annotation.services.draft_work import store_draft
from annotation.services.partial_answers import Paid
from inference.backends import Request
from workers.work import Work

# Under this name a draft's parameters hold the key of the calls that it rests on.
EVIDENCE = "evidence_key"


def evidence_key(work: Work, request: Request, plan: dict[str, Any]) -> str:
    """SHA-256 of all that determines the calls: photo, question, model, wording, sampling, and what
    ``plan`` says of how many of which."""
    content = {
        "pipeline": work.batch.pipeline,
        "photo": work.photo.content_hash,
        "project": work.photo.project_id,
        "question": work.request.question_id,
        "sample": work.request.sample,
        "source": work.drafter.source.key(),
        "prompt": [request.prompt.hash, request.prompt.text],
        "parameters": asdict(request.parameters),
        "plan": plan,
    }
    return digest(content)


def digest(content: object) -> str:
    """SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def earlier(work: Work, kind: DraftKind, key: str) -> Draft | None:
    """A draft of the same question that rests on the same calls: they are not paid for again."""
    rows = Draft.objects.filter(
        question=work.question, kind=kind, **{f"parameters__{EVIDENCE}": key}
    )
    return rows.order_by("pk").first()


def store_gathered(
    work: Work,
    kind: DraftKind,
    content: dict[str, Any],
    *,
    evidence: str,
    rule: dict[str, Any],
    paid: Paid,
    said_by: dict[str, str],
    parent: Draft | None = None,
) -> Draft:
    """The draft with what all its calls took. ``rule`` is how the calls were judged: another rule is
    another draft of the same evidence."""
    return store_draft(
        photo=work.photo, question=work.question, kind=kind, content=content,
        work_key=digest([evidence, rule]), source=work.batch.source, request=work.request,
        parent=parent, made_from=[f"draft/{parent.pk}"] if parent else [],
        provenance={**said_by, **paid.as_provenance(), "parameters": {**rule, EVIDENCE: evidence}},
    )  # fmt: skip


def said_by(draft: Draft) -> dict[str, str]:
    """Who gave a draft's answers, as provenance fields."""
    names = ("backend", "model", "revision", "prompt_name", "prompt_hash")
    return {name: getattr(draft, name) for name in names}
