"""What an answer says of models' texts, as rows of its own: marks, and votes for one of two."""

from __future__ import annotations

from annotation.item_types import ItemType, Parsed, ShownItem
from annotation.models import AnswerMark, Response, TextVote


def write_judgements(*, kind: ItemType, shown: ShownItem, row: Response, parsed: Parsed) -> None:
    """Write the marks and the vote of an answer; a type that asks for none writes none."""
    if shown.draft is not None:
        AnswerMark.objects.bulk_create(
            AnswerMark(
                response=row, person_id=row.person_id, draft=shown.draft, criterion=name, value=value
            )
            for name, value in kind.marks(parsed).items()
        )  # fmt: skip
    choice = kind.text_choice(parsed, row.assignment.presentation)
    if choice is not None:
        TextVote.objects.create(
            response=row, person_id=row.person_id, first_id=choice.first_id,
            second_id=choice.second_id, outcome=choice.outcome, strength=choice.strength,
            first_on_left=choice.first_on_left,
        )  # fmt: skip


def retire_judgements(response: Response) -> None:
    """The answer was replaced by another: its rows no longer count."""
    AnswerMark.objects.filter(response=response).update(is_current=False)
    TextVote.objects.filter(response=response).update(is_current=False)
