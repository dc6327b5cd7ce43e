"""What goes along with the rows: the dataset card, and who made each photo under which licence."""

from __future__ import annotations

import csv
from pathlib import Path

from catalog.models import Photo
from core.csv_cells import neutral_cell
from curation.conversations import PROMPTS, asked, neutral
from curation.models import DatasetVersion, Export, SampleKind
from curation.rules import PairSource, Rules

DEMO = (
    "> This is a demo: the experts' answers in it are invented. It shows the way, not a quality.\n"
)

SCORE_WORDS = {
    "mos": "a mean opinion score",
    "primary": "a primary score, each rater's bias and inconsistency taken out",
    "combined": "a combined score, from ratings and comparisons on one scale",
}


def card_of(export: Export, rows: dict[str, int], licences: dict[str, int], note: str) -> str:
    """A README in Markdown with the head that the Hugging Face hub and `datasets` read."""
    version = export.version
    project = version.dataset.project
    parts = [
        _head(rows),
        f"# {_line(version.dataset.name)}, version {version.number}\n",
        f"From the project {_line(project.name)}. {_line(version.dataset.description)}".strip(),
        DEMO if project.is_demo else "",
        _list(
            f"Digest of the version: `{version.digest}`",
            f"Format: {export.exporter}. {note}",
            "Boxes: whole percent of the upright photo, [x1,y1,x2,y2].",
            "Splits go by groups of photos that look alike; benchmark photos are kept out.",
            *_decided(version),
        ),
        "## Rows\n\n" + _list(*(f"{name}: {count}" for name, count in sorted(rows.items()))),
        "## Questions\n\n" + _list(*_questions(version)),
        "## Rules\n\n" + _list(*_rules(version)),
        "## Left out\n\n" + _list(*_losses(version)),
        "## Licences of the photos\n\n"
        + _list(*(f"{_line(name) or 'not stated'}: {n}" for name, n in sorted(licences.items())))
        + "\nAuthors and sources stand in `CREDITS.csv`; many licences ask that they are named.",
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def _head(rows: dict[str, int]) -> str:
    """YAML that names every part, so that ``load_dataset(folder, "sft_crop")`` finds its files."""
    lines = ["---", "configs:"]
    kinds = [kind for kind in SampleKind if any(name.startswith(f"{kind}-") for name in rows)]
    for kind in kinds:
        lines += [f"- config_name: {kind}", "  data_files:"]
        for name in rows:
            if name.startswith(f"{kind}-"):
                split = name.removeprefix(f"{kind}-").partition(".")[0]
                lines += [f"  - split: {split}", f"    path: {name}"]
    return "\n".join([*lines, "---"])


def _questions(version: DatasetVersion) -> list[str]:
    kinds = [kind for kind in SampleKind if kind in version.rules.get("kinds", [])]
    prompts = {PROMPTS[kind]: asked(kind) for kind in kinds}
    return [f"{each.name}, sha256 `{each.hash[:16]}`: {each.text}" for each in prompts.values()]


def _rules(version: DatasetVersion) -> list[str]:
    return [
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in version.rules.items()
    ]


def _decided(version: DatasetVersion) -> list[str]:
    """What decided which crop is better, in sentences."""
    rules = Rules.model_validate(version.rules)
    kinds = rules.chosen_kinds()
    questions = _about_questions(rules, kinds)
    if not set(kinds) & {SampleKind.SFT_CROP, SampleKind.DPO_CROP}:
        return questions
    score = SCORE_WORDS.get(rules.score.value, f"a score of the method {rules.score.value}")
    said = [f"Every score is {score}; `meta` says of how many votes."]
    if SampleKind.DPO_CROP not in kinds or rules.pairs_from is PairSource.SCORES:
        return [*said, *questions]
    pairs = (
        f"Pairs of crops (dpo_crop) come from votes between the two crops, not from scores: at least "
        f"{rules.min_pair_votes} votes for either, at least {rules.min_share:.0%} of them and more than "
        "half for the winner; ties, neither works and cannot judge count for neither. `meta` says how "
        "many votes, and p, how surely most people prefer the winner."
    )
    if rules.min_worth:
        pairs += f" Bradley-Terry worths lie at least {rules.min_worth:g} apart; `gap` is that."
    return [*(said if SampleKind.SFT_CROP in kinds else []), pairs, *questions]


def _about_questions(rules: Rules, kinds: list[SampleKind]) -> list[str]:
    """What regions and information gaps rest on."""
    said: list[str] = []
    if {SampleKind.SFT_REGION, SampleKind.RL_REGION} & set(kinds):
        seeds = "else a verified seed box" if rules.seed_regions else "and no seed boxes"
        said.append(
            f"Regions of questions (sft_region) are an expert's where one drew, {seeds}; `meta` says "
            "which. Rows to be rewarded (rl_region) hold question and answers, and an expert's box "
            "(`solution_bbox`, whole percent) where there is one."
        )
    if SampleKind.RL_GAP in kinds:
        said.append(
            "Information gaps (rl_gap): `images` holds the global view, `side` pixels long, the first "
            "size whose sampled answers disagree with those at full size; `original` is the photo that "
            "a crop tool cuts from. `meta` has the answers of every size and their agreement."
        )
    return said


def _losses(version: DatasetVersion) -> list[str]:
    lost: dict[str, dict[str, int]] = version.report.get("lost", {})
    found = [
        f"{kind}: {why}: {n}" for kind, each in lost.items() for why, n in sorted(each.items())
    ]
    return found or ["nothing"]


def _list(*lines: str) -> str:
    return "".join(f"- {line}\n" for line in lines)


def _line(text: str) -> str:
    return neutral(" ".join(text.split()))


def write_credits(path: Path, version: DatasetVersion) -> None:
    """Who made each photo: one line per photo, in order of its hash."""
    photos = Photo.objects.filter(samples__version=version).distinct().order_by("content_hash")
    fields = ("content_hash", "title", "author", "licence", "source")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["photo", *fields[1:]])
        for row in photos.values_list(*fields).iterator(chunk_size=1000):
            writer.writerow([neutral_cell(str(value)) for value in row])
