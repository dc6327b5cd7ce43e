"""How people work in a campaign: what they learn first, how long they go on, how long they look.

Stored as `Campaign.conduct`; an empty one asks for nothing. The presets are those of the form: sessions
of at most 30 minutes and 90 minutes a day for scores, as ITU-T P.910 and P.913 advise.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInput

MOST_ROUNDS = 5
SCORE_VIEW_MS = 1_500
SCORE_SESSION_MIN = 30
SCORE_DAILY_MIN = 90


class Conduct(BaseModel):
    """``pass_marks`` holds one share per round of training, 0 to 1; none: nobody needs to qualify.
    The limits are of one person in this campaign: minutes of work before a break, minutes and
    items a day. ``unchanged_a_day``: after so many drafts accepted unchanged in a day comes a gold
    item, and again after as many more; 0: never. ``review_percent`` of everybody's answered items
    are looked at by a lead, see `annotation.selectors.sampling_review`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pass_marks: tuple[float, ...] = Field((), max_length=MOST_ROUNDS)
    round_items: int = Field(5, ge=1, le=50)
    accepts_others: bool = False
    dummy_answers: int = Field(0, ge=0, le=20)
    session_min: int | None = Field(None, ge=1, le=480)
    break_min: int = Field(5, ge=1, le=120)
    remind_min: int = Field(50, ge=5, le=480)
    daily_items: int | None = Field(None, ge=1, le=100_000)
    daily_min: int | None = Field(None, ge=1, le=1_440)
    unchanged_a_day: int = Field(0, ge=0, le=10_000)
    least_view_ms: int = Field(0, ge=0, le=60_000)
    confirms_guidelines: bool = False
    review_percent: int = Field(0, ge=0, le=100)

    @property
    def rounds(self) -> int:
        """How many rounds of training come before work."""
        return len(self.pass_marks)

    @property
    def training_needed(self) -> int:
        """So many training items give every round others than the round before."""
        return self.rounds * self.round_items

    @property
    def has_limits(self) -> bool:
        """Whether answers are counted against a limit."""
        return any((self.session_min, self.daily_items, self.daily_min))

    @property
    def needs_standing(self) -> bool:
        """Whether the claim must know where the person stands."""
        return bool(
            self.rounds or self.dummy_answers or self.has_limits or self.confirms_guidelines
        )


def parse_conduct(raw: Any) -> Conduct:
    """``raw`` as `Conduct`; `InvalidInput` names the first field that is wrong and why."""
    try:
        found = Conduct.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "conduct"
        raise InvalidInput(f"{name}: {first['msg']}.", field=name) from None
    wrong = [mark for mark in found.pass_marks if not 0 < mark <= 1]
    if wrong:
        raise InvalidInput(
            "pass_marks: a pass mark is a share above 0, at most 1.", field="pass_marks"
        )
    return found
