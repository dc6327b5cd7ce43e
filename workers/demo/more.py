"""Kinds of work that ask for drafts or questions of their own, left open for whoever tries the demo.

Rationales of crops, the composition of photos, and the place that a question is about: nobody of the
invented experts answers these.
"""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Project
from annotation.models import DraftBatch
from annotation.services.drafting import start_batch
from annotation.services.sources import set_source
from catalog.models import Photo
from catalog.services.questions import add_question
from workers.demo import cast, panel, story

QUESTIONS = {
    "temple": ("What is the roof of the pagoda topped with?", "a golden ball"),
    "boats": ("What reaches highest above the houses?", "the mast of the boat on the shore"),
    "canyon": ("Where does somebody sit?", "in the boat at the bank"),
}
# A name of its own: the arena asks by it for the crops that the rules proposed in one step.
SOURCE = "CROP by rules"


def open_more(project: Project) -> None:
    """Drafts and questions, then a campaign of each kind over them."""
    _ask(project)
    _draft(project, "crop_reasoning", _with_questions(project))
    _draft(project, "rationales", _with_bad_crops(project), good_per_photo=1, bad_per_photo=1)
    story.wait_for(lambda: story.jobs_are_done(project), "Drafting for the other kinds of work")
    for work in (
        story.Work("Review why a crop is good", "rationale_review", 1, story.held_out, {}),
        story.Work("Confirm the composition", "composition_review", 1, _with_questions, {}),
        story.Work("Find what a question is about", "question_region", 1, _with_questions, {}),
    ):
        story.open_to_all(project, work)


def _ask(project: Project) -> None:
    for photo in _with_questions(project):
        text, answer = QUESTIONS[panel.names_by_title()[photo.title]]
        add_question(photo=photo, text=text, answers=[answer], external_id="demo")


def _draft(project: Project, pipeline: str, photos: Iterable[Photo], **parameters: int) -> None:
    if DraftBatch.objects.filter(project=project, pipeline=pipeline).exists():
        return
    by = cast.person(cast.EVERYTHING)
    start_batch(
        project=project, pipeline=pipeline, verifier=story.rules_source(project),
        source=set_source(project=project, name=SOURCE, backend="rules", by=by),
        photos=photos, parameters=dict(parameters), by=by,
    )  # fmt: skip


def _with_bad_crops(project: Project) -> Iterable[Photo]:
    """The best crop of the room is nearly all of it: there is no bad one beside it."""
    return [
        each for each in story.held_out(project) if panel.names_by_title()[each.title] != "room"
    ]


def _with_questions(project: Project) -> Iterable[Photo]:
    titles = [title for title, name in panel.names_by_title().items() if name in QUESTIONS]
    return project.photos.filter(title__in=titles).order_by("pk")
