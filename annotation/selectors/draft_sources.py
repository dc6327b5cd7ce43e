"""Draft sources of a project, and which of them a new batch starts from."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Project
from annotation.models import Draft, DraftSource
from core.errors import NotFound
from inference.backends import registry

# Keys of `Project.settings`.
DRAFTER, VERIFIER = "drafter", "verifier"
# Replaying recorded answers is for tests; people choose among the others.
NOT_OFFERED = frozenset({"replay"})
MOST_FOLDERS = 200


def sources_in(project: Project) -> QuerySet[DraftSource]:
    """All sources of the project, active ones first, newest first."""
    rows = DraftSource.objects.filter(project=project).select_related("project", "by")
    return rows.order_by("-is_active", "-pk")


def sources_with_use(project: Project) -> QuerySet[DraftSource]:
    """The same with ``draft_count`` and ``last_draft_at``, each from an index."""
    drafts = Draft.objects.filter(source=OuterRef("pk")).order_by()
    counts = drafts.values("source").annotate(n=Count("*")).values("n")
    return sources_in(project).annotate(
        draft_count=Coalesce(Subquery(counts), 0),
        last_draft_at=Subquery(drafts.order_by("-pk").values("created_at")[:1]),
    )


def active_sources(project: Project) -> QuerySet[DraftSource]:
    """What a new batch may draft or verify with."""
    return sources_in(project).filter(is_active=True)


def source_in(project: Project, source_id: int) -> DraftSource:
    """One source; one of another project is `NotFound`."""
    found = sources_in(project).filter(pk=source_id).first()
    if found is None:
        raise NotFound("There is no such draft source in this project.")
    return found


def default_sources(project: Project) -> tuple[DraftSource | None, DraftSource | None]:
    """The project's drafter and verifier, where they are set and still active."""
    named = [project.settings.get(name) for name in (DRAFTER, VERIFIER)]
    ids = [pk for pk in named if isinstance(pk, int)]
    found = {row.pk: row for row in active_sources(project).filter(pk__in=ids)}
    drafter, verifier = (found.get(pk) if isinstance(pk, int) else None for pk in named)
    return drafter, verifier


def offered_backends() -> list[tuple[str, str]]:
    """Name and title of the backends that people can add a source of."""
    return [(name, title) for name, title in registry.choices() if name not in NOT_OFFERED]


def model_folders(root: Path) -> list[str]:
    """Folders below ``root`` that look like models, by their place there; the first 200."""
    found = {
        file.parent.relative_to(root).as_posix()
        for pattern in ("*/config.json", "*/*/config.json", "*/adapter_config.json",
                        "*/*/adapter_config.json")
        for file in root.glob(pattern)
    }  # fmt: skip
    return sorted(found)[:MOST_FOLDERS]


def place_of(source: DraftSource) -> str:
    """Where it stands; a folder by its place below ours, since the server's own are nobody's."""
    for root in (settings.MODELS_DIR, settings.RUNS_DIR):
        if source.location and Path(source.location).is_relative_to(root):
            return Path(source.location).relative_to(root).as_posix()
    return source.location
