"""The dataset card: a README that says what an export holds and how it came about."""

from __future__ import annotations

from curation.models import Export

DEMO = (
    "\n> This is a demo: the experts' answers in it are invented. "
    "It shows the way, not a quality.\n"
)


def card_of(export: Export, rows: dict[str, int], licences: dict[str, int]) -> str:
    """Markdown, the same bytes for the same version and options."""
    version = export.version
    project = version.dataset.project
    lines = [
        f"# {version.dataset.name}, version {version.number}",
        "",
        f"From the project {project.name}. {version.dataset.description}".strip(),
        DEMO if project.is_demo else "",
        f"- Digest of the version: `{version.digest}`",
        f"- Format: {export.exporter}",
        "- Boxes: whole percent of the upright photo, [x1,y1,x2,y2]",
        "- Splits go by groups of photos that look alike; benchmark photos are kept out.",
        "",
        "## Rows",
        *(f"- {name}: {count}" for name, count in sorted(rows.items())),
        "",
        "## Rules",
        *(f"- {name}: {value}" for name, value in sorted(version.rules.items())),
        "",
        "## Left out",
        *(f"- {why}: {n}" for why, n in sorted(version.report.get("lost", {}).items())),
        "",
        "## Licences of the photos",
        *(f"- {licence or 'not stated'}: {count}" for licence, count in sorted(licences.items())),
        "",
    ]
    return "\n".join(lines)
