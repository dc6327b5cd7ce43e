"""The rules of a dataset version: what becomes a sample, what is left out, how it is split."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import InvalidInput
from curation.models import USUAL_KINDS, SampleKind
from measures.statistics.majority import MajorityRule
from measures.statistics.pairs import Losers, PairRule, TopTie


class ScoreMethod(StrEnum):
    """Which score decides."""

    MOS = "mos"
    PRIMARY = "primary"
    COMBINED = "combined"


class PairSource(StrEnum):
    """What says which of two crops is the better one."""

    SCORES = "scores"
    VOTES = "votes"


class TextSource(StrEnum):
    """Where pairs of texts come from."""

    BOTH = "both"
    REVISIONS = "revisions"
    VOTES = "votes"


class Rules(BaseModel):
    """Frozen with the version. Gaps are grades of the 1-5 scale."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: list[SampleKind] = Field(
        default=list(USUAL_KINDS), min_length=1, title="Kinds of sample",
        description="What the dataset is to teach.",
    )  # fmt: skip
    score: ScoreMethod = Field(
        default=ScoreMethod.MOS, title="Score that decides",
        description="The primary score takes each rater's bias and inconsistency out; the combined "
        "score also counts how crops were compared, where both kinds of vote are there.",
    )  # fmt: skip
    min_votes: int = Field(
        default=2, ge=1, le=50, title="Least votes per crop",
        description="Crops with fewer votes are left out.",
    )  # fmt: skip
    include_flagged: bool = Field(
        default=False, title="Keep what has an open flag",
        description="Off: what experts still discuss teaches nothing yet.",
    )  # fmt: skip
    top_tie: TopTie = Field(
        default=TopTie.FIRST, title="Several crops share the highest score",
        description="Which of them the dataset teaches as the best crop.",
    )  # fmt: skip
    pairs_from: PairSource = Field(
        default=PairSource.SCORES, title="Where pairs of crops come from",
        description="Scores make pairs that nobody was shown; votes are what people chose of two.",
    )  # fmt: skip
    texts_from: TextSource = Field(
        default=TextSource.BOTH, title="Where pairs of texts come from",
        description="Revisions: what an expert made of a draft, over the draft. Votes: the one of two "
        "models' texts that most people chose.",
    )  # fmt: skip
    min_gap: float = Field(
        default=0.5, gt=0, le=4, title="Smallest gap of a pair",
        description="From scores: the winner's lies at least this much above the loser's.",
    )  # fmt: skip
    min_pair_votes: int = Field(
        default=3, ge=1, le=50, title="Least votes per pair",
        description="From votes: so many chose one or the other. Ties, neither works and cannot judge "
        "are no votes for either.",
    )  # fmt: skip
    min_share: float = Field(
        default=0.6, ge=0.5, le=1, title="Smallest majority of a pair",
        description="From votes: the winner's share of them; always more than half.",
    )  # fmt: skip
    min_worth: float = Field(
        default=0.0, ge=0, le=10, title="Smallest gap of worths of a pair",
        description="From votes: the Bradley-Terry worths of all votes on the photo must lie this far "
        "apart, in natural logarithms of the odds. 0 asks for no worths.",
    )  # fmt: skip
    max_iou: float = Field(
        default=0.85, gt=0, le=1, title="Largest overlap of a pair",
        description="Boxes that overlap this much (IoU) look alike and teach nothing.",
    )  # fmt: skip
    pairs_per_photo: int = Field(
        default=4, ge=1, le=100, title="Most pairs per photo",
        description="So that photos with many crops do not dominate.",
    )  # fmt: skip
    reviewed_crops: bool = Field(
        default=True, title="Reviewed crops of photos without scores",
        description="Crops that an expert called good while accepting their rationale are answers too, "
        "where no crop of the photo has a score.",
    )  # fmt: skip
    seed_regions: bool = Field(
        default=True, title="Seed boxes where no expert drew",
        description="Off: only regions that an expert drew answer a question.",
    )  # fmt: skip
    halve_regions: bool = Field(
        default=True, title="Other photos for each stage of regions",
        description="Where a version teaches regions both ways, each photo serves one of them, and those that look like it the same.",
    )  # fmt: skip
    validation: float = Field(
        default=0.1, ge=0, lt=1, title="Validation share",
        description="Photos that look alike stay together.",
    )  # fmt: skip
    test: float = Field(
        default=0.0, ge=0, lt=1, title="Test share",
        description="Beside the benchmark, which is kept out anyway.",
    )  # fmt: skip
    seed: int = Field(
        default=0, ge=0, le=1_000_000, title="Seed of the split",
        description="The same seed puts a photo into the same split in every dataset.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _leaves_training(self) -> Rules:
        if self.validation + self.test >= 1:
            raise ValueError("validation and test together must leave something to train on")
        return self

    def chosen_kinds(self) -> list[SampleKind]:
        """The kinds once each, always in the same order."""
        return [kind for kind in SampleKind if kind in self.kinds]

    def pair_rule(self) -> PairRule:
        """The same as `measures` reads it."""
        return PairRule(
            losers=Losers.SPREAD, top_tie=self.top_tie, min_gap=self.min_gap,
            max_iou=self.max_iou, cap=self.pairs_per_photo,
        )  # fmt: skip

    def majority_rule(self) -> MajorityRule:
        """When votes decide a pair, as `measures` reads it."""
        return MajorityRule(min_votes=self.min_pair_votes, min_share=self.min_share)

    def salt(self) -> str:
        """What is hashed together with a group's key to find its split."""
        return f"split/{self.seed}"


def checked_rules(given: dict[str, object]) -> Rules:
    """Rules from a form or the API; `InvalidInput` names the field at fault."""
    try:
        return Rules.model_validate(given)
    except ValidationError as error:
        raise as_problem(error, Rules) from None


def as_problem(error: ValidationError, model: type[BaseModel]) -> InvalidInput:
    """Pydantic's first complaint as a sentence that names the field."""
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    field = model.model_fields.get(name)
    title = (field.title if field else None) or name or "The rules"
    message = str(first["msg"]).removeprefix("Value error, ")
    return InvalidInput(f"{title}: {message}.", field=name)
