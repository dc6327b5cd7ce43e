"""Rule-based drafts: measured composition facts put into words and crops. No model, no network."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import InvalidInput, ReframeError
from inference.backends import Answer, Backend, Request, Source, Usage
from inference.errors import EmptyAnswer

if TYPE_CHECKING:
    from inference.looking.cropping import Proposal

# Raised whenever a threshold or a wording changes, since the same photo then gets another draft.
REVISION = "1"
DEFAULT_CROPS = 6
MIN_CROPS = 4
MAX_CROPS = 8
NO_CROP = "No crop of this photo could be proposed. Draw one by hand."

Inputs = Mapping[str, Any]


class RulesBackend(Backend):
    """Measures the photo and says what it finds; the same photo always gets the same answer.

    Inputs by step: ``guidance.refine`` takes ``comments`` (list of str); ``guidance.verify`` takes
    ``critique`` (a dict or str) and no photo; ``crop.propose`` takes ``count`` (4-8, 6 unless
    told). ``crop.best`` answers as text, ``[x1,y1,x2,y2]`` in whole percent. Three steps take the
    photo without an outline and the ``box`` that they are about: ``rationale.write`` with ``label``
    (good or bad) and ``objections`` (list of str), ``rationale.verify`` with ``label``, ``judges``
    and ``rationale``, ``crop.refine`` with ``words``. CROP's steps: ``composition.analyse``;
    ``crop.propose_composed`` takes ``count`` and ``elements`` (a list of name and points);
    ``crop.decide`` takes ``boxes`` (a list of four fractions each)."""

    name = "rules"
    title = "Rules (measured, no model)"
    steps = frozenset(
        {"guidance.refine", "guidance.verify", "crop.propose", "crop.best"}
        | {"composition.analyse", "crop.propose_composed", "crop.decide"}
        | {"crop.refine", "rationale.write", "rationale.verify"}
    )
    is_rule_based = True

    @classmethod
    def configure(
        cls, source: Source, *, allowed_local: tuple[str, ...] = ()
    ) -> list[ReframeError]:
        """Rules have no settings."""
        if source.parameters:
            names = ", ".join(sorted(source.parameters))
            return [InvalidInput(f"Rules take no parameters; remove {names}.", field="parameters")]
        return []

    def answer(self, request: Request) -> Answer:
        """Deterministic; raises `InvalidInput` for a step it does not know or a missing photo."""
        started = time.monotonic()
        answer_step = _STEPS.get(request.step)
        if answer_step is None:
            known = ", ".join(sorted(self.steps))
            raise InvalidInput(f"Rules cannot answer {request.step!r}, only {known}.", field="step")
        text, data = answer_step(request)
        return self.answered(
            request,
            text=text,
            data=data if request.schema is not None else None,
            usage=Usage(cost_usd=0.0, latency_ms=round((time.monotonic() - started) * 1000)),
            model="rules",
            revision=REVISION,
        )


def _refine(request: Request) -> tuple[str, dict[str, Any]]:
    from inference.critiquing.writing import write_critique
    from inference.looking import look

    photo = _photo(request)
    comments = request.inputs.get("comments", ())
    if isinstance(comments, str) or not isinstance(comments, Sequence):
        raise InvalidInput("comments must be a list of texts.", field="comments")
    seed = hashlib.sha256(photo).hexdigest()
    critique = write_critique(look(photo), [str(each) for each in comments], seed=seed)
    return _as_json(critique), critique


def _verify(request: Request) -> tuple[str, dict[str, Any]]:
    from inference.critiquing.checking import check_critique

    critique = request.inputs.get("critique")
    if not isinstance(critique, str | Mapping):
        raise InvalidInput("Give the critique to check.", field="critique")
    verdict = check_critique(critique)
    return _as_json(verdict), verdict


def _propose(request: Request) -> tuple[str, dict[str, Any]]:
    crops = {"crops": [_crop(each) for each in _proposals(request, _count(request))]}
    return _as_json(crops), crops


def _count(request: Request) -> int:
    count = request.inputs.get("count", DEFAULT_CROPS)
    if not isinstance(count, int) or not MIN_CROPS <= count <= MAX_CROPS:
        raise InvalidInput(f"count must be {MIN_CROPS} to {MAX_CROPS}.", field="count")
    return count


def _analyse(request: Request) -> tuple[str, dict[str, Any]]:
    from inference.critiquing.composing import analyse

    found = analyse(_photo(request))
    return _as_json(found), found


def _propose_composed(request: Request) -> tuple[str, dict[str, Any]]:
    from inference.critiquing.composing import propose

    crops = propose(_photo(request), _listed(request, "elements"), _count(request))
    if not crops:
        raise EmptyAnswer(NO_CROP)
    return _as_json({"crops": crops}), {"crops": crops}


def _decide(request: Request) -> tuple[str, dict[str, Any]]:
    from inference.critiquing.composing import decide

    boxes = _listed(request, "boxes")
    if not boxes:
        raise InvalidInput("boxes is empty, so there is nothing to decide.", field="boxes")
    decision = decide(_photo(request), boxes)
    return _as_json(decision), decision


def _listed(request: Request, name: str) -> list[Any]:
    given = request.inputs.get(name)
    if not isinstance(given, list):
        raise InvalidInput(f"{name} must be a list.", field=name)
    return given


def _best(request: Request) -> tuple[str, dict[str, Any]]:
    best = _proposals(request, MIN_CROPS)[0]
    percent = ",".join(str(round(edge * 100)) for edge in best.box)
    return f"[{percent}]", {"crops": [_crop(best)]}


def _about_a_crop(request: Request) -> tuple[str, dict[str, Any]]:
    from inference.critiquing.one_crop import ANSWERS

    answer = ANSWERS[request.step](_photo(request), request.inputs)
    return _as_json(answer), answer


_STEPS: dict[str, Callable[[Request], tuple[str, dict[str, Any]]]] = {
    "guidance.refine": _refine,
    "guidance.verify": _verify,
    "crop.propose": _propose,
    "crop.best": _best,
    "composition.analyse": _analyse,
    "crop.propose_composed": _propose_composed,
    "crop.decide": _decide,
    **dict.fromkeys(("crop.refine", "rationale.write", "rationale.verify"), _about_a_crop),
}


def _photo(request: Request) -> bytes:
    if not request.images:
        raise InvalidInput(f"{request.step} needs a photo.", field="images")
    return request.images[0]


def _proposals(request: Request, count: int) -> list[Proposal]:
    from inference.looking import view
    from inference.looking.cropping import propose_crops

    found = propose_crops(view(_photo(request)), count)
    if not found:
        raise EmptyAnswer(NO_CROP)
    return found


def _crop(proposal: Proposal) -> dict[str, Any]:
    from inference.critiquing.reasoning import explain_crop

    return {
        "box": list(proposal.box),
        "rationale": explain_crop(proposal),
        "score": proposal.score,
    }


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
