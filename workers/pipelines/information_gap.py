"""The resolution search of LFPC: answers sampled at full size and at smaller ones, and the size at
which they begin to disagree, with all answers as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from annotation.contents import GapContent, Level
from annotation.models import Draft, DraftKind
from annotation.question_sampling import GapParameters
from annotation.services.partial_answers import (
    Answered,
    Collected,
    Paid,
    collected_so_far,
    hand_over,
    keep_answer,
)
from catalog.selectors.global_views import full_side_of, global_view
from core.errors import ReframeError
from inference.backends import Answer, Request
from inference.errors import EmptyAnswer, ModelDeclined
from measures.information_gap import Sampled, find_gap, sizes_below
from workers.gathering import earlier, evidence_key, said_by, store_gathered
from workers.pipelines.checking import check
from workers.pipelines.regions import asked
from workers.work import SEEDS_PER_SAMPLE, Outcome, Question, Work, build_request

STEP = "question.answer"
MOST_CHARS = 1_000
# A model that cannot make anything out may say nothing: that is an answer too, and it disagrees.
NO_ANSWER = (EmptyAnswer, ModelDeclined)


@dataclass(frozen=True)
class Plan:
    """The sizes to ask at, full size first, and how many answers at each."""

    sides: tuple[int, ...]
    answers: int

    def as_data(self) -> dict[str, Any]:
        """As the draft carries it."""
        return {"sides": list(self.sides), "answers": self.answers}


def run(work: Work) -> Outcome:
    """Sample, find the gap, store it with its evidence, check it."""
    wanted, plan = GapParameters(**work.batch.parameters), _plan(work)
    key = evidence_key(work, _request(work, 0, b""), plan.as_data())
    known = earlier(work, DraftKind.GAP, key)
    if known is not None:
        return check(work, _judged_anew(work, known, key, plan, wanted))
    so_far = collected_so_far(request=work.request, key=key)
    for side in plan.sides:
        _sample(work, so_far, side, plan.answers)
    levels = [Sampled(side, _answers(so_far, side, plan.answers)) for side in plan.sides]
    draft = _store(work, levels, key, plan, wanted, so_far.paid, so_far.said_by)
    hand_over(request=work.request, so_far=so_far)
    work.handed_over(so_far.paid.model_dump())
    return check(work, draft)


def _plan(work: Work) -> Plan:
    wanted = GapParameters(**work.batch.parameters)
    full = full_side_of(work.photo, wanted.full_side)
    sides = (full, *sizes_below(full, wanted.sides))
    # Without chance in it every answer is the same one.
    return Plan(sides, wanted.answers if wanted.temperature > 0 else 1)


def _sample(work: Work, so_far: Collected, side: int, count: int) -> None:
    """Ask for what is missing at this size, all at once as far as the backend has places; each answer
    is stored as soon as it is there. The first failure is raised once all have come."""
    missing = [number for number in range(count) if _place(side, number) not in so_far.answers]
    if not missing:
        return
    picture = global_view(work.photo, side)
    failures: list[ReframeError] = []
    requests = [_request(work, number, picture) for number in missing]
    for place, outcome in work.drafter.answer_each(requests):
        got = _answered(outcome)
        if got is None:
            failures.append(cast("ReframeError", outcome))
            continue
        keep_answer(
            request=work.request, so_far=so_far, place=_place(side, missing[place]), got=got
        )
        work.booked(vars(got))
    if failures:
        raise failures[0]


def _place(side: int, number: int) -> str:
    """Where an answer is kept until all are there: each number has its own seed."""
    return f"{side}/{number}"


def _answers(so_far: Collected, side: int, count: int) -> tuple[str, ...]:
    return tuple(so_far.answers[_place(side, number)][0] for number in range(count))


def _request(work: Work, number: int, picture: bytes) -> Request:
    words = asked(work).text
    seed = number + SEEDS_PER_SAMPLE * (work.request.sample - 1)
    question = Question(
        STEP, {"question": words}, {"question": words}, [picture] if picture else [], seed
    )
    return build_request(question, work.drafter.source, work.batch.parameters, work.wordings)


def _answered(answer: Answer | ReframeError) -> Answered | None:
    """What is to be kept of it; None of a failure that is to be asked again."""
    if isinstance(answer, ReframeError):
        return _unanswered(answer) if isinstance(answer, NO_ANSWER) else None
    return Answered(
        answer.text[:MOST_CHARS], answer.tokens_in, answer.tokens_out, answer.cost_usd,
        answer.latency_ms,
        {"backend": answer.backend, "model": answer.model, "revision": answer.revision,
         "prompt_name": answer.prompt_name, "prompt_hash": answer.prompt_hash},
    )  # fmt: skip


def _unanswered(error: ReframeError) -> Answered:
    told = error.detail
    usd = told.get("cost_usd")
    return Answered(
        "", int(str(told.get("tokens_in", 0))), int(str(told.get("tokens_out", 0))),
        None if usd is None else float(str(usd)), int(str(told.get("latency_ms", 0))),
    )  # fmt: skip


def _judged_anew(work: Work, known: Draft, key: str, plan: Plan, wanted: GapParameters) -> Draft:
    """The same answers by the threshold of this batch: no model is asked again."""
    content = GapContent.model_validate(known.content)
    if content.threshold == wanted.threshold:
        return known
    levels = [Sampled(level.side, tuple(level.answers)) for level in content.levels]
    return _store(work, levels, key, plan, wanted, Paid(), said_by(known), known)


def _store(
    work: Work,
    levels: list[Sampled],
    key: str,
    plan: Plan,
    wanted: GapParameters,
    paid: Paid,
    who: dict[str, str],
    parent: Draft | None = None,
) -> Draft:
    gap = find_gap(levels, wanted.threshold)
    content = GapContent(
        side=gap.side, reason=gap.reason, threshold=wanted.threshold, answer=gap.answer,
        levels=[
            Level(side=level.side, answers=list(level.answers), agreement=round(agreement, 6))
            for level, agreement in zip(levels, gap.agreements, strict=True)
        ],
    )  # fmt: skip
    rule = {**plan.as_data(), "threshold": wanted.threshold, "temperature": wanted.temperature}
    return store_gathered(
        work, DraftKind.GAP, content.model_dump(mode="json"), evidence=key, rule=rule, paid=paid,
        said_by=who or {"backend": work.drafter.source.backend}, parent=parent,
    )  # fmt: skip
