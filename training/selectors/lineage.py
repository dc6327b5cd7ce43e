"""The trail of a photo: from its raw comment through draft, verdict, responses, score, version and
run to the checkpoint it trained, and the next drafts that checkpoint made.

Only for those who may see drafts and runs; experts never get it before they answer. A fixed number
of queries, however long the trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from annotation.item_types import item_type_of
from annotation.models import Adjudication, Draft, Flag, Response
from catalog.models import Photo
from curation.models import DatasetVersion, Export, Score
from curation.models.benchmark import BenchmarkPhoto
from training.models import Checkpoint, Evaluation, Run
from training.selectors.seeing import hidden_ids

# At most so many steps of one kind; the newest of the next drafts.
MOST = 300
MOST_NEXT = 24


@dataclass(frozen=True)
class Step:
    """One thing on the trail. ``kind`` is a word of the glossary, ``key`` its path; ``made_from``
    holds the keys of what it rests on. ``box`` is a crop's, normalised."""

    kind: str
    key: str
    title: str
    detail: str = ""
    at: datetime | None = None
    url: str = ""
    made_from: list[str] = field(default_factory=list)
    box: tuple[float, float, float, float] | None = None


STAGES = (
    "photo", "raw comment", "draft", "verdict", "crop", "response", "flag", "golden record",
    "score", "benchmark", "dataset version", "export", "run", "checkpoint", "evaluation",
    "next draft",
)  # fmt: skip


# What somebody who may still be asked about the photo must not see.
BLIND = frozenset(
    {"draft", "verdict", "crop", "response", "flag", "golden record", "score", "evaluation"}
)


def trail_of_photo(photo: Photo, reader: User | None = None) -> list[Step]:
    """All steps in the order of the main job; within a stage the oldest first.

    For a ``reader`` who may still be asked about the photo, without what others said of it.
    """
    return [step for _, steps in stages_of_photo(photo, reader) for step in steps]


def stages_of_photo(photo: Photo, reader: User | None = None) -> list[tuple[str, list[Step]]]:
    """The same grouped by stage, empty stages included, so that a page can say what is missing."""
    by_kind: dict[str, list[Step]] = {stage: [] for stage in STAGES}
    slug = photo.project.slug
    blind = BLIND if reader is not None and is_hidden(photo, reader) else frozenset()
    for part in _PARTS:
        for step in part(photo, slug):
            by_kind[step.kind].append(step)
    return [(kind, [] if kind in blind else steps) for kind, steps in by_kind.items()]


def is_hidden(photo: Photo, reader: User) -> bool:
    """Whether the reader may still be asked about the photo."""
    return bool(hidden_ids(photo.project, reader, [photo.pk]))


def _link(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _photo(photo: Photo, slug: str) -> Iterator[Step]:
    facts = [f"{photo.width} x {photo.height} px", photo.author, photo.licence]
    yield Step(
        "photo", f"photo/{photo.pk}", str(photo), ", ".join(filter(None, facts)),
        photo.created_at, _link("catalog:photo", slug, photo.pk),
    )  # fmt: skip


def _comments(photo: Photo, slug: str) -> Iterator[Step]:
    for comment in photo.raw_comments.order_by("pk")[:MOST]:
        yield Step(
            "raw comment", f"rawcomment/{comment.pk}", _short(comment.text),
            ", ".join(filter(None, [comment.author, comment.source])), comment.created_at,
        )  # fmt: skip


def _drafts(photo: Photo, slug: str) -> Iterator[Step]:
    drafts = photo.drafts.select_related("source").prefetch_related("verdicts").order_by("pk")
    for draft in drafts[:MOST]:
        yield _draft_step("draft", draft, slug)
        for verdict in draft.verdicts.all():
            found = "; ".join(str(each.get("message", "")) for each in verdict.findings)
            yield Step(
                "verdict", f"verdict/{verdict.pk}", "passed" if verdict.passed else "rejected",
                _short(", ".join(filter(None, [f"by {verdict.backend}", found]))),
                verdict.created_at, _link("annotation:draft", slug, draft.pk),
                [f"draft/{draft.pk}"],
            )  # fmt: skip


def _draft_step(kind: str, draft: Draft, slug: str, about: str = "") -> Step:
    source = [draft.source.made_from] if draft.source and draft.source.made_from else []
    prompt = f"prompt {draft.prompt_name} {draft.prompt_hash[:8]}" if draft.prompt_name else ""
    detail = ", ".join(filter(None, [about, prompt, f"attempt {draft.attempt}"]))
    return Step(
        kind, f"draft/{draft.pk}", f"{draft.get_kind_display()} by {draft.model or draft.backend}",
        detail, draft.created_at, _link("annotation:draft", slug, draft.pk),
        [*draft.made_from, *source],
    )  # fmt: skip


def _crops(photo: Photo, slug: str) -> Iterator[Step]:
    for crop in photo.crops.order_by("pk")[:MOST]:
        yield Step(
            "crop", f"crop/{crop.pk}", f"{crop.get_origin_display()} crop {crop.pk}",
            _short(crop.rationale), crop.created_at, _link("catalog:photo", slug, photo.pk),
            [crop.made_from] if crop.made_from else [], crop.corners,
        )  # fmt: skip


def _responses(photo: Photo, slug: str) -> Iterator[Step]:
    rows = Response.objects.filter(item__photo=photo).select_related("item__campaign", "person")
    for response in rows.order_by("pk")[:MOST]:
        item = response.item
        seconds = f"{response.active_ms / 1000:.0f} s" if response.active_ms else ""
        detail = [item.campaign.name, f"round {response.round}", seconds]
        yield Step(
            "response", f"response/{response.pk}", f"{response.person}: {_said(response)}",
            ", ".join(filter(None, detail)), response.created_at,
            _link("annotation:item", slug, item.pk),
            [f"draft/{item.draft_id}"] if item.draft_id else [],
        )  # fmt: skip


def _said(response: Response) -> str:
    kind = item_type_of(response.item.campaign)
    return _short(kind.in_words(kind.stored(response.answer)))


def _flags(photo: Photo, slug: str) -> Iterator[Step]:
    for flag in Flag.objects.filter(item__photo=photo).order_by("pk")[:MOST]:
        yield Step(
            "flag", f"flag/{flag.pk}", flag.rule, _short(flag.reason), flag.created_at,
            _link("annotation:item", slug, flag.item_id),
        )  # fmt: skip
    for golden in Adjudication.objects.filter(item__photo=photo).order_by("pk")[:MOST]:
        yield Step(
            "golden record", f"adjudication/{golden.pk}", "settled", _short(golden.reason),
            golden.created_at, _link("annotation:item", slug, golden.item_id),
        )  # fmt: skip


def _scores(photo: Photo, slug: str) -> Iterator[Step]:
    rows = Score.objects.filter(photo=photo).select_related("crop")
    for score in rows.order_by("kind", "-value", "pk")[:MOST]:
        place = f"rank {score.rank}" if score.rank else ""
        how = f"{score.method} {score.method_version}"
        detail = [f"n {score.n}", _interval(score), place, how]
        yield Step(
            "score", f"score/{score.pk}", f"{score.value:.2f} ({score.get_kind_display()})",
            ", ".join(filter(None, detail)), score.computed_at,
            _link("curation:score", slug, score.pk),
            [f"crop/{score.crop_id}"] if score.crop_id else [],
            score.crop.corners if score.crop else None,
        )  # fmt: skip


def _interval(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"interval {score.unknown}" if score.unknown else "interval not known"
    return f"95 % {score.low:.2f} to {score.high:.2f}"


def _benchmarks(photo: Photo, slug: str) -> Iterator[Step]:
    for place in BenchmarkPhoto.objects.filter(photo=photo).select_related("benchmark"):
        benchmark = place.benchmark
        yield Step(
            "benchmark", f"benchmark/{benchmark.pk}", str(benchmark),
            "held out: it never reaches a training export", benchmark.created_at,
            _link("curation:benchmark", slug, benchmark.pk),
        )  # fmt: skip


def _versions(photo: Photo, slug: str) -> Iterator[Step]:
    mine = Q(samples__photo=photo)
    versions = DatasetVersion.objects.filter(mine).annotate(count=Count("samples", filter=mine))
    for version in versions.select_related("dataset").order_by("pk")[:MOST]:
        yield Step(
            "dataset version", f"datasetversion/{version.pk}", str(version),
            f"{version.count} samples of this photo, digest {version.digest[:8]}",
            version.frozen_at, _link("curation:version", slug, version.pk),
        )  # fmt: skip
    for export in _exports(photo).order_by("pk")[:MOST]:
        yield Step(
            "export", f"export/{export.pk}", export.exporter,
            f"{export.get_state_display()}, digest {export.digest[:8]}", export.ready_at,
            _link("curation:export", slug, export.pk), [f"datasetversion/{export.version_id}"],
        )  # fmt: skip


def _exports(photo: Photo) -> QuerySet[Export]:
    versions = DatasetVersion.objects.filter(samples__photo=photo).values("pk")
    return Export.objects.filter(version__in=versions)


def _runs_of(photo: Photo) -> QuerySet[Run]:
    return Run.objects.filter(export__in=_exports(photo).values("pk"))


def _runs(photo: Photo, slug: str) -> Iterator[Step]:
    for run in _runs_of(photo).order_by("pk")[:MOST]:
        start = [f"checkpoint/{run.start_from_id}"] if run.start_from_id else []
        yield Step(
            "run", f"run/{run.pk}", run.name, f"{run.recipe}, {run.get_state_display()}",
            run.created_at, _link("training:run", slug, run.pk),
            [f"export/{run.export_id}", *start],
        )  # fmt: skip
    yield from _checkpoints(photo, slug)


def _checkpoints(photo: Photo, slug: str) -> Iterator[Step]:
    rows = Checkpoint.objects.filter(run__in=_runs_of(photo).values("pk"))
    rows = rows.filter(Q(is_final=True) | Q(model__isnull=False)).select_related("model")
    for checkpoint in rows.order_by("pk")[:MOST]:
        model = getattr(checkpoint, "model", None)
        yield Step(
            "checkpoint", f"model/{model.pk}" if model else f"checkpoint/{checkpoint.pk}",
            str(model or checkpoint), f"step {checkpoint.step}, digest {checkpoint.digest[:8]}",
            checkpoint.created_at, _link("training:model", slug, model.pk) if model else "",
            [f"run/{checkpoint.run_id}"],
        )  # fmt: skip


def _evaluations(photo: Photo, slug: str) -> Iterator[Step]:
    """Of models that this photo trained, and those in which it was asked about."""
    trained = Q(model__checkpoint__run__in=_runs_of(photo).values("pk"))
    asked = Q(pk__in=photo.predictions.values("evaluation"))
    rows = Evaluation.objects.filter(trained | asked)
    rows = rows.select_related("model", "benchmark_version__benchmark")
    for evaluation in rows.order_by("pk")[:MOST]:
        yield Step(
            "evaluation", f"evaluation/{evaluation.pk}", str(evaluation),
            _figure(evaluation), evaluation.created_at,
            _link("training:evaluation", slug, evaluation.pk), [f"model/{evaluation.model_id}"],
        )  # fmt: skip


def _figure(evaluation: Evaluation) -> str:
    found = evaluation.figures.get("model", {}).get("iou_max", {})
    if found.get("value") is None:
        return evaluation.get_state_display()
    return f"IoU {found['value']:.3f}, n {found['n']}"


def _next_drafts(photo: Photo, slug: str) -> Iterable[Step]:
    """What the models that this photo trained drafted, on whichever photo; the newest."""
    models = Checkpoint.objects.filter(
        run__in=_runs_of(photo).values("pk"), model__isnull=False
    ).values_list("model", flat=True)
    sources = [f"model/{pk}" for pk in models]
    drafts = Draft.objects.filter(source__made_from__in=sources, photo__project=photo.project_id)
    newest = drafts.select_related("source", "photo").order_by("-pk")[:MOST_NEXT] if sources else []
    return [_draft_step("next draft", draft, slug, f"of {draft.photo}") for draft in newest][::-1]


def _short(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


_PARTS = (
    _photo, _comments, _drafts, _crops, _responses, _flags, _scores, _benchmarks, _versions,
    _runs, _evaluations, _next_drafts,
)  # fmt: skip
