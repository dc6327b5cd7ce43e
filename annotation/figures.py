"""The figures behind "are our drafts getting better?", as they are stored: counts and sums only, so
that groups can be put together; shares and intervals are made of them when they are shown."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Group(BaseModel):
    """What is known of the drafts of one kind by one model and wording, or of one batch.

    ``first`` drafts of a first attempt were checked, ``passed`` of them passed. ``distance_*`` are
    count, sum and sum of squares over accepted answers. ``seconds`` is the median of an answer with its
    interval, null where it has none. Costs are US dollars of drafts and checks, ``unpriced`` those
    without a price. ``ended``: requests of the batch by state; ``declined``: those of them that the
    model refused.
    """

    model_config = ConfigDict(extra="forbid")

    kind: str
    source: int | None = None
    backend: str = ""
    model: str = ""
    revision: str = ""
    prompt_name: str = ""
    prompt_hash: str = ""
    batch: int | None = None

    drafts: int = 0
    first: int = 0
    passed: int = 0
    as_is: int = 0
    edited: int = 0
    rejected: int = 0
    distance_n: int = 0
    distance_sum: float = 0.0
    distance_squares: float = 0.0
    seconds: float | None = None
    seconds_low: float | None = None
    seconds_high: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0
    unpriced: int = 0
    reasons: dict[str, int] = {}
    findings: dict[str, int] = {}
    ended: dict[str, int] = {}
    declined: int = 0

    @property
    def answers(self) -> int:
        """How many answers of experts say something of these drafts."""
        return self.as_is + self.edited + self.rejected

    @property
    def accepted(self) -> int:
        """As they are or edited."""
        return self.as_is + self.edited


class Figures(BaseModel):
    """All groups of a project: by model and wording, and by batch, oldest first."""

    model_config = ConfigDict(extra="forbid")

    models: list[Group] = []
    rounds: list[Group] = []
