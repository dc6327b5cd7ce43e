"""What a pipeline gets to work on, what it gives back, and how it asks a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q
from pydantic import ValidationError

from annotation.checks import CheckSettings
from annotation.models import Draft, DraftBatch, DraftKind, DraftRequest, RequestState
from annotation.selectors.prompts import Wording, built_in
from annotation.services.draft_work import draft_of_work, store_draft
from catalog.models import Crop, Photo
from catalog.models import Question as PhotoQuestion
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
# Samples draw from seeds that far apart, so that a later attempt of one is no repeat of another.
SEEDS_PER_SAMPLE = 1000


@dataclass(frozen=True)
class Outcome:
    """How a request ended, and the draft it ended with."""

    state: RequestState
    reason: str = ""
    draft: Draft | None = None


@dataclass(frozen=True)
class Work:
    """One request of a batch with its two opened backends; ``wordings`` are the project's own, by
    step, and ``checks`` its settings of the verifiers, as they stood when this run began."""

    request: DraftRequest
    batch: DraftBatch
    drafter: Backend
    verifier: Backend | None
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    checks: CheckSettings = field(default_factory=CheckSettings)
    # Called with what an answer cost that the pipeline itself has booked on the request.
    booked: Callable[[Mapping[str, Any]], None] = field(default=lambda _values: None)
    # The same, once a draft carries all of it in the request's place.
    handed_over: Callable[[Mapping[str, Any]], None] = field(default=lambda _values: None)

    # Steps that this run has asked: what it drafted of them is to be looked for.
    drafted: set[str] = field(default_factory=set)

    @property
    def photo(self) -> Photo:
        """The photo to draft for."""
        return self.request.photo

    @property
    def crop(self) -> Crop | None:
        """The crop to draft about, in a pipeline over crops."""
        return self.request.crop

    @property
    def question(self) -> PhotoQuestion | None:
        """The question to draft about, in a pipeline over questions."""
        return self.request.question

    def picture(self) -> bytes:
        """The upright JPEG that models see."""
        return self._picture

    @cached_property
    def _picture(self) -> bytes:
        """Read once for all that look at it."""
        return rendition_bytes(self.photo, PICTURE_SIDE)

    def last_draft(self, step: str) -> Draft | None:
        """The newest draft of this request and step, or the one of an earlier batch that it ended
        with."""
        is_first_run = self.request.epoch <= 1 and "draft" not in self.request.params
        if is_first_run and step not in self.drafted:
            return None
        mine = Q(request=self.request) | Q(pk=self.request.params.get("draft"))
        rows = Draft.objects.filter(mine, prompt_name__startswith=f"{step}@")
        return rows.order_by("-id").first()


@dataclass(frozen=True)
class Question:
    """One step asked of one backend: ``values`` go into the prompt's wording, ``inputs`` are the same
    facts for backends that read no prompt. ``rule`` is what else makes a draft of the answer: the same
    answer read by another rule is other work."""

    step: str
    values: Mapping[str, Value] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    images: Sequence[bytes] = ()
    seed: int = 0
    rule: Mapping[str, Any] = field(default_factory=dict)


def sampling(source: Source, wanted: Mapping[str, Any], *, seed: int) -> Parameters:
    """The source's sampling parameters, those of the batch before them; each attempt has its seed."""
    chosen = sampling_of(source)
    given = {
        name: wanted[name] for name in ("temperature", "top_p", "max_tokens") if name in wanted
    }
    return replace(chosen, **given, seed=(chosen.seed or 0) + seed)


def build_request(
    question: Question,
    source: Source,
    wanted: Mapping[str, Any],
    wordings: Mapping[str, Wording] | None = None,
) -> Request:
    """The request with its prompt rendered, in the project's own wording where ``wordings`` has one,
    and its schema asked for."""
    wording = (wordings or {}).get(question.step) or built_in(question.step)
    return Request(
        step=question.step,
        prompt=prompts.render_template(wording.name, wording.text, dict(question.values)),
        images=tuple(question.images),
        inputs=question.inputs,
        schema=json_schema(question.step),
        parameters=sampling(source, wanted, seed=question.seed),
    )


def work_key(
    work: Work, request: Request, parent: Draft | None, rule: Mapping[str, Any] | None = None
) -> str:
    """SHA-256 of all that determines the answer: the same work is never paid for twice."""
    content: dict[str, Any] = {
        "pipeline": work.batch.pipeline,
        "photo": work.photo.content_hash,
        "project": work.photo.project_id,
        "source": work.drafter.source.key(),
        "prompt": request.prompt.hash,
        "text": request.prompt.text,
        "parameters": asdict(request.parameters),
        "parent": parent.work_key if parent else "",
        **_about(work.request),
        **({"rule": dict(rule)} if rule else {}),
    }
    canonical = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _about(request: DraftRequest) -> dict[str, int]:
    """What of the photo is asked about, as far as it is not the photo itself, and which sample."""
    about = {"crop": request.crop_id, "question": request.question_id}
    told = {name: pk for name, pk in about.items() if pk is not None}
    return told | ({"sample": request.sample} if request.sample > 1 else {})


def draft_once(
    work: Work,
    kind: DraftKind,
    question: Question,
    read: Callable[[Answer], dict[str, Any]],
    made_from: Sequence[str] = (),
    after: Draft | None = None,
) -> Draft:
    """Ask, read and store; or find what an earlier try of the same work already paid for.

    A draft without a verdict was cut off before its check: it is taken up again, not asked again.
    One that passed was checked by a worker that lost its lease meanwhile: it stands. One that was
    rejected makes this a new attempt, with that draft as its parent. Each attempt and each sample
    has a seed of its own. A pipeline of several steps calls this once a step. ``after`` is the draft
    that this one follows, where it is not the last one of this request.
    """
    parent = after or work.last_draft(question.step)
    if parent is not None and not _was_rejected(parent):
        return parent
    number = parent.attempt + 1 if parent else 1
    seed = number - 1 + SEEDS_PER_SAMPLE * (work.request.sample - 1)
    request = build_request(
        replace(question, seed=seed), work.drafter.source, work.batch.parameters, work.wordings
    )
    key = work_key(work, request, parent, question.rule)
    work.drafted.add(question.step)
    known = draft_of_work(key)
    if known is not None:
        return known
    answer = work.drafter.answer(request)
    return store_draft(
        photo=work.photo, crop=work.crop, question=work.question, kind=kind, content=_content(answer, read), work_key=key,
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
