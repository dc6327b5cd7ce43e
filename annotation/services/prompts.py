"""A project's own wordings of prompts: write one, see it on a real photo, use it, go back.

No wording is ever edited, so that a draft's prompt is what it was. A batch that runs keeps the
wordings that its run began with.
"""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Project, User
from annotation import kinds
from annotation.models import Prompt
from annotation.pipelines import ASKING, Subject
from annotation.selectors.prompts import before, checked_step
from catalog.models import Crop, Photo, PhotoState, Question
from core import audit, jobs
from core.errors import Conflict, InvalidInput
from core.models import Job
from inference.prompts.wordings import checked_wording
from inference.visible import visible_text

MAX_NOTE = 300
MOST_WORDINGS = 500


@transaction.atomic
def add_wording(*, project: Project, step: str, text: str, note: str = "", by: User) -> Prompt:
    """Keep another wording of a step under the next number; it is not used yet."""
    kept = checked_wording(checked_step(step), text)
    words = " ".join(visible_text(note).split())
    if len(words) > MAX_NOTE:
        raise InvalidInput(f"A note has at most {MAX_NOTE} characters.", field="note")
    Project.objects.select_for_update().get(pk=project.pk)  # numbers are given one at a time
    rows = Prompt.objects.filter(project=project, step=step)
    last = rows.aggregate(number=Max("number"))["number"] or 0
    if last >= MOST_WORDINGS:
        raise InvalidInput(f"A step has at most {MOST_WORDINGS} wordings.", field="text")
    row = Prompt(
        project=project, step=step, number=last + 1, text=kept, note=words, by=by,
        hash=hashlib.sha256(kept.encode()).hexdigest(),
    )  # fmt: skip
    if before(row).text == kept:
        raise InvalidInput("It says the same as the wording before it.", field="text")
    row.save(force_insert=True)
    audit.record(
        actor=by, verb="prompt.add", scope=project.scope, target=f"prompt/{row.pk}", step=step,
        number=row.number, hash=row.hash,
    )  # fmt: skip
    return row


@transaction.atomic
def use_wording(*, prompt: Prompt, by: User) -> Prompt:
    """Ask by this wording from now on, instead of by the one in use.

    `Conflict` where nobody has seen it on a photo yet, or where two people choose at once.
    """
    if prompt.previewed_at is None:
        raise Conflict("Look at this wording on a photo first; then it can be used.")
    rows = Prompt.objects.filter(project=prompt.project_id, step=prompt.step)
    rows.filter(is_active=True).exclude(pk=prompt.pk).update(is_active=False)
    try:
        with transaction.atomic():
            moved = rows.filter(pk=prompt.pk, is_active=False).update(is_active=True)
    except IntegrityError:
        raise Conflict("Somebody else chose another wording in this moment. Reload.") from None
    if moved:
        audit.record(
            actor=by, verb="prompt.use", scope=prompt.project.scope, target=f"prompt/{prompt.pk}",
            step=prompt.step, number=prompt.number,
        )  # fmt: skip
    prompt.refresh_from_db()
    return prompt


@transaction.atomic
def use_built_in(*, project: Project, step: str, by: User) -> int:
    """Ask by the installation's wording again; how many of the project's own were in use, 0 or 1."""
    rows = Prompt.objects.filter(project=project, step=checked_step(step), is_active=True)
    moved = rows.update(is_active=False)
    if moved:
        audit.record(
            actor=by, verb="prompt.built_in", scope=project.scope, target=project.scope, step=step
        )
    return moved


@transaction.atomic
def preview_wording(
    *, prompt: Prompt, photo: Photo, crop: Crop | None, question: Question | None, by: User
) -> Job:
    """Render a wording for one photo as a model would get it; the job's result holds the texts."""
    check_about(prompt=prompt, photo=photo, crop=crop, question=question)
    given = {"crop": crop, "question": question}
    return jobs.start(
        kinds.PREVIEW_PROMPT, by=by, scope=prompt.project.scope, subject=f"prompt/{prompt.pk}",
        params={
            "prompt": prompt.pk, "photo": photo.pk,
            **{name: each.pk for name, each in given.items() if each is not None},
        },
    )  # fmt: skip


def check_about(
    *, prompt: Prompt, photo: Photo, crop: Crop | None, question: Question | None
) -> None:
    """`InvalidInput` where a wording cannot be shown or tried on this."""
    if photo.project_id != prompt.project_id or photo.state != PhotoState.READY:
        raise InvalidInput("Choose a ready photo of this project.", field="photo")
    about = {"crop": crop, "question": question}
    for name, each in about.items():
        if each is not None and each.photo_id != photo.pk:
            raise InvalidInput(f"This {name} belongs to another photo.", field=name)
    wanted = subject_of(prompt.step)
    if wanted is not Subject.PHOTO and about[wanted.value] is None:
        raise InvalidInput(f"This step is asked about a {wanted}: choose one.", field=wanted.value)


def subject_of(step: str) -> Subject:
    """What a step is asked about, by the first pipeline that has it."""
    return next(each.subject for each in ASKING.values() if step in each.steps)


def note_preview(*, prompt: Prompt) -> None:
    """It was rendered on a real photo; the first time counts."""
    Prompt.objects.filter(pk=prompt.pk, previewed_at=None).update(previewed_at=timezone.now())
