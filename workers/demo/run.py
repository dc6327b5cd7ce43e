"""The demo's tiny run: built, trained, evaluated, promoted, and put to drafting the next photos.

It goes on in the background after the site is up. A model of less than a million parameters and a
dozen photos: it shows that the way works, and nothing about quality.
"""

from __future__ import annotations

from accounts.models import Project
from annotation.arena import crop_makers
from annotation.models import Campaign, DraftBatch
from annotation.services.adding import add_selection
from annotation.services.campaigns import create_campaign, open_campaign
from annotation.services.drafting import start_batch
from annotation.subjects import Selection
from curation.models import BenchmarkVersion, Export, ExportState
from inference.models.tiny import build_tiny_model
from training.models import Evaluation, Model, Run, RunState
from training.places import base_folder
from training.services.evaluating import start_evaluation
from training.services.promoting import promote
from training.services.registering import register_base
from training.services.runs import start_run
from workers.demo import cast, story

BASE = "tiny-idefics3"
NAME = "Tiny crops"
CONFIG = {
    "tuning": "full", "max_steps": 160, "learning_rate": 0.001, "batch_size": 8, "accumulation": 1,
    "warmup_steps": 10, "adam_beta2": 0.98, "log_every": 5, "eval_every": 40, "save_every": 80,
}  # fmt: skip


def train(project: Project) -> Run:
    """Build the base model, start the run, wait until it has ended."""
    run = Run.objects.filter(project=project, name=NAME).first() or _start(project)
    open_states = [RunState.QUEUED, RunState.PREPARING, RunState.RUNNING, RunState.CANCELLING]
    story.wait_for(
        lambda: not Run.objects.filter(pk=run.pk, state__in=open_states).exists(),
        "Training the tiny model", seconds=1800,
    )  # fmt: skip
    run.refresh_from_db()
    return run


def _start(project: Project) -> Run:
    by = cast.person(cast.EVERYTHING)
    folder = base_folder(BASE)
    if not (folder / "config.json").is_file():
        build_tiny_model(folder, "idefics3", "learner", seed=0)
    base = register_base(project=project, name=BASE, folder=BASE, by=by)
    export = Export.objects.get(version__dataset__project=project, state=ExportState.READY)
    return start_run(
        project=project, name=NAME, recipe="crop_sft", export=export, base_model=base,
        config=CONFIG, by=by,
    )  # fmt: skip


def evaluate(project: Project, run: Run) -> Model | None:
    """The trained model on the hold-out, beside the baselines."""
    model = Model.objects.filter(checkpoint__run=run).first()
    if model is None:
        return None
    if not Evaluation.objects.filter(model=model).exists():
        version = BenchmarkVersion.objects.filter(benchmark__project=project).latest("number")
        start_evaluation(model=model, benchmark_version=version, by=cast.person(cast.EVERYTHING))
    story.wait_for(lambda: story.jobs_are_done(project), "Evaluating", seconds=600)
    return model


def draft_next(project: Project, model: Model) -> None:
    """New photos come in; the trained model proposes their crops, the rules check them."""
    story.import_photos(project, names=set(story.NEXT))
    story.comment(project)
    by = cast.person(cast.EVERYTHING)
    trained = promote(model=model, share=1.0, by=by)
    rules = story.rules_source(project)
    newest = project.photos.order_by("-pk")[: len(story.NEXT)]
    for source in (trained, rules):
        batches = DraftBatch.objects.filter(project=project, source=source, pipeline="crops")
        if not batches.filter(requests__photo__in=newest.values("pk")).exists():
            start_batch(
                project=project, pipeline="crops", source=source, verifier=rules, photos=newest,
                by=by,
            )  # fmt: skip
    story.wait_for(lambda: story.jobs_are_done(project), "Drafting with the trained model")


def hold_arena(project: Project) -> None:
    """The trained model's crops against those of the rules, left open for whoever tries the demo."""
    trained = project.draft_sources.exclude(made_from="").latest("pk")
    makers = [each for each in crop_makers(project.pk) if each.startswith(trained.name)]
    rules = [each for each in crop_makers(project.pk) if each.startswith("Rules")]
    name = "The trained model against the rules"
    if not makers or Campaign.objects.filter(project=project, name=name).exists():
        return  # it wrote no box that passed
    campaign = create_campaign(
        project=project, name=name, item_type="preference_pair", overlap=1,
        settings={"first_maker": makers[0], "second_maker": rules[0]},
        guidelines=story.GUIDELINES, order_seed=7, by=cast.person(cast.EVERYTHING),
    )  # fmt: skip
    if add_selection(campaign=campaign, selection=Selection(), by=campaign.by):
        open_campaign(campaign=campaign, by=campaign.by)
