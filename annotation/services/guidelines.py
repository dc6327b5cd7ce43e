"""Writing guidelines as versions, and confirming that one has read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from annotation.models import (
    Campaign,
    GuidelinesExample,
    GuidelinesRead,
    GuidelinesVersion,
    Participation,
)
from annotation.selectors.guidelines import examples_of, guidelines_of
from annotation.selectors.work import check_may_work, forget_steady
from annotation.services.standing import participation_of
from catalog.models import Photo
from core import audit
from core.errors import Conflict, InvalidInput
from inference.visible import visible_text
from measures.boxes import Box

LONGEST_GUIDELINES = 50_000
LONGEST_EXAMPLE = 500
MOST_EXAMPLES = 40


@dataclass(frozen=True, slots=True)
class Example:
    """A photo, or the part of it in ``box`` (x1, y1, x2, y2 from 0 to 1), with words."""

    photo_id: int
    words: str
    is_good: bool
    box: tuple[float, float, float, float] | None = None


def begin_guidelines(*, campaign: Campaign, text: str, by: User | None) -> GuidelinesVersion:
    """The first version, written with its campaign."""
    return GuidelinesVersion.objects.create(
        campaign=campaign, version=1, text=checked_guidelines(text), by=by
    )


@transaction.atomic
def write_guidelines(
    *, campaign: Campaign, text: str, by: User, examples: Sequence[Example] | None = None
) -> Campaign:
    """The guidelines as a new version; the same words and examples again change nothing.

    Without ``examples`` those of the present version stay. Responses keep the version they were
    given under; who worked under an older one confirms the new one before their next item.
    """
    held = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    now = guidelines_of(held)
    kept = [_plain(each) for each in examples_of(now)]
    wanted = kept if examples is None else _checked_examples(held, examples)
    words = checked_guidelines(text)
    if (words, wanted) != (now.text, kept):
        row = GuidelinesVersion.objects.create(
            campaign=held, version=held.guidelines_version + 1, text=words, by=by
        )
        GuidelinesExample.objects.bulk_create(
            GuidelinesExample(
                guidelines=row, place=place, photo_id=each.photo_id, words=each.words,
                is_good=each.is_good, box=None if each.box is None else list(each.box),
            )
            for place, each in enumerate(wanted)
        )  # fmt: skip
        Campaign.objects.filter(pk=held.pk).update(guidelines_version=row.version)
        audit.record(
            actor=by, verb="campaign.guidelines", scope=held.project.scope,
            target=f"campaign/{held.pk}", version=row.version, examples=len(wanted),
        )  # fmt: skip
        transaction.on_commit(lambda: forget_steady(held.pk))
    campaign.refresh_from_db()
    campaign.__dict__.pop("guidelines_text", None)
    return campaign


@transaction.atomic
def confirm_guidelines(*, campaign: Campaign, person: User, version: int) -> None:
    """The person has read this version; it must be the present one. Twice is once."""
    check_may_work(campaign, person)
    present = Campaign.objects.values_list("guidelines_version", flat=True).get(pk=campaign.pk)
    if version != present:
        raise Conflict(
            f"The guidelines are version {present} by now, not {version}. Read that one first.",
            field="version",
        )
    row = participation_of(campaign, person)
    GuidelinesRead.objects.bulk_create(
        [GuidelinesRead(campaign=campaign, person=person, version=version)], ignore_conflicts=True
    )
    Participation.objects.filter(pk=row.pk, guidelines_version__lt=version).update(
        guidelines_version=version
    )


def checked_guidelines(text: str) -> str:
    """The words, if they are not too many."""
    if len(text) > LONGEST_GUIDELINES:
        raise InvalidInput(
            f"The guidelines are longer than {LONGEST_GUIDELINES:,} characters.", field="guidelines"
        )
    return text


def _plain(row: GuidelinesExample) -> Example:
    box = None if row.box is None else (row.box[0], row.box[1], row.box[2], row.box[3])
    return Example(row.photo_id, row.words, row.is_good, box)


def _checked_examples(campaign: Campaign, examples: Sequence[Example]) -> list[Example]:
    if len(examples) > MOST_EXAMPLES:
        raise InvalidInput(f"At most {MOST_EXAMPLES} examples.", field="examples")
    wanted = {each.photo_id for each in examples}
    here = set(
        Photo.objects.filter(project=campaign.project_id, pk__in=wanted).values_list(
            "pk", flat=True
        )
    )
    if wanted - here:
        raise InvalidInput(
            f"There is no photo {min(wanted - here)} in this project.", field="examples"
        )
    return [_checked_example(each) for each in examples]


def _checked_example(each: Example) -> Example:
    words = visible_text(each.words).strip()
    if not words or len(words) > LONGEST_EXAMPLE:
        raise InvalidInput(
            f"Say in 1 to {LONGEST_EXAMPLE} characters what an example shows.", field="examples"
        )
    box = None if each.box is None else Box(*each.box).corners()
    return Example(each.photo_id, words, each.is_good, box)
