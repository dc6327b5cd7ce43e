"""Whose scores a reader may not see yet: blind means blind, for leads who answer items too."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from accounts.models import Project, User
from accounts.roles import Right, can
from annotation.models import Assignment, AssignmentState, CampaignState, Item, ItemState

HIDDEN = "You may still be asked about this photo; its scores are shown when you have answered."


def hidden_photos(project: Project, reader: User, photo: str = "photo_id") -> Q | None:
    """A condition on rows: their photo is one that the reader may still be asked to judge.

    ``photo`` names the rows' column with the photo's id. None for readers who answer no items. A
    photo counts while one of its items, in a campaign that is not closed, has a slot that the
    reader holds, that is kept for them, or that they could still take; or may get one yet, because
    its scores are still to say whether it has answers enough.
    """
    if not can(reader, Right.ANNOTATE, project):
        return None
    had = Assignment.objects.filter(
        item=OuterRef("item"), round=OuterRef("round"), person=reader,
        state=AssignmentState.SUBMITTED,
    )  # fmt: skip
    pool = Q(campaign__pool__isnull=True) | Q(campaign__pool=reader)
    mine = Q(person=reader) | Q(reserved_for=reader)
    open_to_me = Q(reserved_for__isnull=True) & pool & ~Exists(had)
    slots = (
        Assignment.objects.filter(item__photo_id=OuterRef(photo), campaign__project=project)
        .exclude(state=AssignmentState.SUBMITTED)
        .exclude(campaign__state=CampaignState.CLOSED)
    )
    return Q(Exists(slots.filter(mine | open_to_me))) | Q(_undecided(project, reader, photo, pool))


def _undecided(project: Project, reader: User, photo: str, pool: Q) -> Exists:
    """Open items that the reader has not answered, with or without a free slot at this moment."""
    had = Assignment.objects.filter(
        item=OuterRef("pk"), round=1, person=reader, state=AssignmentState.SUBMITTED
    )
    waiting = Item.objects.filter(
        pool, ~Exists(had), photo_id=OuterRef(photo), campaign__project=project,
        state=ItemState.OPEN, round=1,
    )  # fmt: skip
    return Exists(waiting.exclude(campaign__state=CampaignState.CLOSED))
