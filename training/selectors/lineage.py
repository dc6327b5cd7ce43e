"""The trail of a photo: from its raw comment through draft, verdict, responses, score, version and
run to the checkpoint it trained, and the next draft that checkpoint made.

Only for those who may see drafts and runs; experts never get it before they answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from annotation.models import Adjudication, Draft, Flag, Response
from catalog.models import Photo
from curation.models import DatasetVersion, Export, Score
from training.models import Checkpoint, Evaluation, Run


@dataclass(frozen=True)
class Step:
    """One thing on the trail. ``kind`` is a word of the glossary, ``key`` its path."""

    kind: str
    key: str
    title: str
    detail: str = ""
    at: datetime | None = None
    url: str = ""
    made_from: list[str] = field(default_factory=list)


STAGES = (
    "photo", "raw comment", "draft", "verdict", "response", "flag", "golden record", "score",
    "dataset version", "export", "run", "checkpoint", "evaluation", "next draft",
)  # fmt: skip


def trail_of_photo(photo: Photo) -> list[Step]:
    """All steps in the order of the main job; within a stage the oldest first."""
    return [step for part in _PARTS for step in part(photo)]


def stages_of_photo(photo: Photo) -> list[tuple[str, list[Step]]]:
    """The same grouped by stage, empty stages included, so that a page can say what is missing."""
    by_kind: dict[str, list[Step]] = {stage: [] for stage in STAGES}
    for step in trail_of_photo(photo):
        by_kind[step.kind].append(step)
    return list(by_kind.items())


def _link(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _photo(photo: Photo) -> Iterator[Step]:
    slug = photo.project.slug
    yield Step(
        "photo", f"photo/{photo.pk}", str(photo), f"{photo.width} x {photo.height} px",
        photo.created_at, _link("catalog:photo", slug, photo.pk),
    )  # fmt: skip
    for comment in photo.raw_comments.order_by("pk"):
        yield Step(
            "raw comment", f"rawcomment/{comment.pk}", _short(comment.text),
            comment.source, comment.created_at,
        )  # fmt: skip


def _drafts(photo: Photo) -> Iterator[Step]:
    trained = _trained_sources(photo)
    drafts = photo.drafts.select_related("source").prefetch_related("verdicts").order_by("pk")
    for draft in drafts:
        is_next = draft.source_id in trained
        yield _draft_step(photo, draft, "next draft" if is_next else "draft")
        for verdict in draft.verdicts.all():
            yield Step(
                "verdict", f"verdict/{verdict.pk}", "passed" if verdict.passed else "rejected",
                _short("; ".join(str(f["message"]) for f in verdict.findings)),
                verdict.created_at, made_from=[f"draft/{draft.pk}"],
            )  # fmt: skip


def _trained_sources(photo: Photo) -> set[int]:
    sources = photo.project.draft_sources.filter(made_from__startswith="model/")
    return set(sources.values_list("pk", flat=True))


def _draft_step(photo: Photo, draft: Draft, kind: str) -> Step:
    source = [draft.source.made_from] if draft.source and draft.source.made_from else []
    return Step(
        kind, f"draft/{draft.pk}", f"{draft.get_kind_display()} by {draft.model or draft.backend}",
        f"prompt {draft.prompt_name} {draft.prompt_hash[:8]}, attempt {draft.attempt}",
        draft.created_at, _link("annotation:draft", photo.project.slug, draft.pk),
        [*draft.made_from, *source],
    )  # fmt: skip


def _responses(photo: Photo) -> Iterator[Step]:
    rows = (
        Response.objects.filter(item__photo=photo).select_related("item__campaign").order_by("pk")
    )
    for response in rows:
        item = response.item
        made_from = [f"draft/{item.draft_id}"] if item.draft_id else []
        yield Step(
            "response", f"response/{response.pk}", item.campaign.name,
            f"round {response.round}, {response.active_ms / 1000:.0f} s", response.created_at,
            _link("annotation:item", photo.project.slug, item.pk), made_from,
        )  # fmt: skip
    for flag in Flag.objects.filter(item__photo=photo).order_by("pk"):
        yield Step(
            "flag", f"flag/{flag.pk}", flag.rule, _short(flag.reason), flag.created_at,
            _link("annotation:item", photo.project.slug, flag.item_id),
        )  # fmt: skip
    for golden in Adjudication.objects.filter(item__photo=photo).order_by("pk"):
        yield Step(
            "golden record", f"adjudication/{golden.pk}", "settled", _short(golden.reason),
            golden.created_at, _link("annotation:item", photo.project.slug, golden.item_id),
        )  # fmt: skip


def _scores(photo: Photo) -> Iterator[Step]:
    rows = Score.objects.filter(photo=photo).order_by("kind", "-value", "pk")
    for score in rows:
        interval = score.unknown or f"95 % {score.low:.2f} to {score.high:.2f}"
        place = f", rank {score.rank}" if score.rank else ""
        yield Step(
            "score", f"score/{score.pk}", f"{score.get_kind_display()}: {score.value:.2f}",
            f"n {score.n}, {interval}{place}, {score.method} {score.method_version}",
            score.computed_at, made_from=[f"crop/{score.crop_id}"] if score.crop_id else [],
        )  # fmt: skip


def _versions(photo: Photo) -> Iterator[Step]:
    slug = photo.project.slug
    versions = DatasetVersion.objects.filter(samples__photo=photo).select_related("dataset")
    for version in versions.distinct().order_by("pk"):
        count = version.samples.filter(photo=photo).count()
        yield Step(
            "dataset version", f"datasetversion/{version.pk}", str(version),
            f"{count} samples of this photo, digest {version.digest[:8]}", version.frozen_at,
            _link("curation:version", slug, version.pk),
        )  # fmt: skip
    for export in Export.objects.filter(version__samples__photo=photo).distinct().order_by("pk"):
        yield Step(
            "export", f"export/{export.pk}", export.exporter, f"digest {export.digest[:8]}",
            export.ready_at, _link("curation:export", slug, export.pk),
            [f"datasetversion/{export.version_id}"],
        )  # fmt: skip


def _runs(photo: Photo) -> Iterator[Step]:
    slug = photo.project.slug
    runs = Run.objects.filter(export__version__samples__photo=photo).distinct().order_by("pk")
    for run in runs:
        yield Step(
            "run", f"run/{run.pk}", run.name, f"{run.recipe}, {run.get_state_display()}",
            run.created_at, _link("training:run", slug, run.pk), [f"export/{run.export_id}"],
        )  # fmt: skip
    checkpoints = Checkpoint.objects.filter(run__in=runs, is_final=True).order_by("pk")
    for checkpoint in checkpoints.select_related("model"):
        model = getattr(checkpoint, "model", None)
        yield Step(
            "checkpoint", f"model/{model.pk}" if model else f"checkpoint/{checkpoint.pk}",
            str(model or checkpoint), f"step {checkpoint.step}, digest {checkpoint.digest[:8]}",
            checkpoint.created_at, _link("training:model", slug, model.pk) if model else "",
            [f"run/{checkpoint.run_id}"],
        )  # fmt: skip
    rows = Evaluation.objects.filter(model__checkpoint__run__in=runs).select_related("model")
    for evaluation in rows.order_by("pk"):
        yield Step(
            "evaluation", f"evaluation/{evaluation.pk}", str(evaluation),
            evaluation.get_state_display(), evaluation.created_at,
            _link("training:evaluation", slug, evaluation.pk), [f"model/{evaluation.model_id}"],
        )  # fmt: skip


def _short(text: str, limit: int = 140) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


_PARTS = (_photo, _drafts, _responses, _scores, _versions, _runs)
