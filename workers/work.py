"""What a pipeline gets to work on, what it gives back, and how it asks a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Q
from pydantic import ValidationError

from annotation.models import Draft, DraftBatch, DraftKind, DraftRequest, RequestState
from annotation.services.draft_work import store_draft
from catalog.models import Photo
from catalog.selectors.pixels import rendition_bytes
from core.errors import ReframeError
from inference import prompts
from inference.backends import Answer, Backend, Parameters, Request, Source
from inference.errors import MalformedAnswer
from inference.prompts import Value
from inference.schemas import json_schema
from inference.settings import sampling_of

# The longest side, in pixels, of the picture that a model sees: about 1,000 image tokens.
PICTURE_SIDE = 1024


@dataclass(frozen=True)
class Outcome:
    """How a request ended, and the draft it ended with."""

    state: RequestState
    reason: str = ""
    draft: Draft | None = None


@dataclass(frozen=True)
class Work:
    """One request of a batch with its two opened backends."""

    request: DraftRequest
    batch: DraftBatch
    drafter: Backend
    verifier: Backend | None

    @property
    def photo(self) -> Photo:
        """The photo to draft for."""
        return self.request.photo

    def picture(self) -> bytes:
        """The upright JPEG that models see."""
        return rendition_bytes(self.photo, PICTURE_SIDE)

    def last_draft(self) -> Draft | None:
        """The newest draft of this request, or the one of an earlier batch that it ended with."""
        mine = Q(request=self.request) | Q(pk=self.request.params.get("draft"))
        return Draft.objects.filter(mine).order_by("-id").first()


@dataclass(frozen=True)
class Question:
    """One step asked of one backend."""

    step: str
    values: Mapping[str, Value] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    images: Sequence[bytes] = ()
    seed: int = 0


def sampling(source: Source, wanted: Mapping[str, Any], *, seed: int) -> Parameters:
    """The source's sampling parameters, those of the batch before them; each attempt has its seed."""
    chosen = sampling_of(source)
    given = {
        name: wanted[name] for name in ("temperature", "top_p", "max_tokens") if name in wanted
    }
    return replace(chosen, **given, seed=(chosen.seed or 0) + seed)


def build_request(question: Question, source: Source, wanted: Mapping[str, Any]) -> Request:
    """The request with its prompt rendered and its schema asked for."""
    version = prompts.latest_version(question.step)
    wording = prompts.template(question.step, version)
    return Request(
        step=question.step,
        prompt=prompts.render_template(
            f"{question.step}@{version}", wording, dict(question.values)
        ),
        images=tuple(question.images),
        inputs=question.inputs,
        schema=json_schema(question.step),
        parameters=sampling(source, wanted, seed=question.seed),
    )


def work_key(work: Work, request: Request, parent: Draft | None) -> str:
    """SHA-256 of all that determines the answer: the same work is never paid for twice."""
    content = {
        "pipeline": work.batch.pipeline,
        "photo": work.photo.content_hash,
        "project": work.photo.project_id,
        "source": work.drafter.source.key(),
        "prompt": request.prompt.hash,
        "text": request.prompt.text,
        "parameters": asdict(request.parameters),
        "parent": parent.work_key if parent else "",
    }
    canonical = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def draft_once(
    work: Work,
    kind: DraftKind,
    question: Question,
    read: Callable[[Answer], dict[str, Any]],
    made_from: Sequence[str] = (),
) -> Draft:
    """Ask, read and store; or find what an earlier try of the same work already paid for.

    A draft without a verdict was cut off before its check: it is taken up again, not asked again.
    One that passed was checked by a worker that lost its lease meanwhile: it stands. One that was
    rejected makes this a new attempt, with that draft as its parent.
    """
    parent = work.last_draft()
    if parent is not None and not _was_rejected(parent):
        return parent
    number = parent.attempt + 1 if parent else 1
    request = build_request(
        replace(question, seed=number - 1), work.drafter.source, work.batch.parameters
    )
    key = work_key(work, request, parent)
    known = Draft.objects.filter(work_key=key).first()
    if known is not None:
        return known
    answer = work.drafter.answer(request)
    return store_draft(
        photo=work.photo, kind=kind, content=_content(answer, read), work_key=key,
        provenance=provenance(answer, attempt=number), source=work.batch.source,
        request=work.request, parent=parent, made_from=made_from,
    )  # fmt: skip


def _was_rejected(draft: Draft) -> bool:
    newest = draft.verdicts.order_by("-attempt").first()
    return newest is not None and not newest.passed


def _content(answer: Answer, read: Callable[[Answer], dict[str, Any]]) -> dict[str, Any]:
    """What the answer says, in the shape of its kind; an error carries what the answer cost."""
    try:
        return read(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedAnswer(
            f"The model's answer cannot be used: {place}: {first['msg']}.", detail=_spent(answer)
        ) from None
    except ReframeError as error:
        error.detail |= _spent(answer)
        raise


def _spent(answer: Answer) -> dict[str, object]:
    return {
        "tokens_in": answer.tokens_in,
        "tokens_out": answer.tokens_out,
        "cost_usd": answer.cost_usd,
    }


def provenance(answer: Answer, *, attempt: int) -> dict[str, Any]:
    """What every machine output carries, as the fields of a draft or verdict."""
    return {
        "backend": answer.backend,
        "model": answer.model,
        "revision": answer.revision,
        "prompt_name": answer.prompt_name,
        "prompt_hash": answer.prompt_hash,
        "parameters": dict(answer.parameters),
        "tokens_in": answer.tokens_in,
        "tokens_out": answer.tokens_out,
        "cost_usd": None if answer.cost_usd is None else Decimal(str(round(answer.cost_usd, 6))),
        "latency_ms": answer.latency_ms,
        "attempt": attempt,
    }
