"""Rows of the experts' work and of the drafts they work on."""

from annotation.models.beside import EditTrail, ItemComment
from annotation.models.campaign import Campaign, CampaignState, Distribution
from annotation.models.conduct import Participation, Stage, TrainingItem, TrainingRound
from annotation.models.copies import CopyResult
from annotation.models.disagreement import (
    Adjudication,
    Discussion,
    Flag,
    FlagState,
    Message,
    SecondRound,
)
from annotation.models.draft import Draft, DraftKind, Verdict
from annotation.models.drafting import (
    BatchState,
    DraftBatch,
    DraftRequest,
    DraftSource,
    RequestState,
)
from annotation.models.guidelines import GuidelinesExample, GuidelinesRead, GuidelinesVersion
from annotation.models.item import (
    Assignment,
    AssignmentState,
    Item,
    ItemCrop,
    ItemPurpose,
    ItemState,
    Skip,
)
from annotation.models.judging import AnswerMark, TextVote
from annotation.models.listing import BulkAct, BulkChange, BulkKind, SavedView
from annotation.models.outcome import DraftOutcome
from annotation.models.prompt import Prompt
from annotation.models.quality import DraftQuality
from annotation.models.response import PairVote, Rating, Response, WorkingCopy
from annotation.models.session import WorkSession

__all__ = [
    "Adjudication",
    "AnswerMark",
    "Assignment",
    "AssignmentState",
    "BatchState",
    "BulkAct",
    "BulkChange",
    "BulkKind",
    "Campaign",
    "CampaignState",
    "CopyResult",
    "Discussion",
    "Distribution",
    "Draft",
    "DraftBatch",
    "DraftKind",
    "DraftOutcome",
    "DraftQuality",
    "DraftRequest",
    "DraftSource",
    "EditTrail",
    "Flag",
    "FlagState",
    "GuidelinesExample",
    "GuidelinesRead",
    "GuidelinesVersion",
    "Item",
    "ItemComment",
    "ItemCrop",
    "ItemPurpose",
    "ItemState",
    "Message",
    "PairVote",
    "Participation",
    "Prompt",
    "Rating",
    "RequestState",
    "Response",
    "SavedView",
    "SecondRound",
    "Skip",
    "Stage",
    "TextVote",
    "TrainingItem",
    "TrainingRound",
    "Verdict",
    "WorkSession",
    "WorkingCopy",
]
