"""TRL's form as JSON lines beside a folder of pictures: easiest to read, and what our runs train on.

One file per kind and split (``sft_crop-train.jsonl``). Rows: ``images`` (paths relative to the
export), ``prompt`` and ``completion``, or ``prompt``, ``chosen``, ``rejected``, or ``prompt`` and what a
reward needs (`curation.conversations.truth`). ``meta`` is JSON in
a string, so that every row of every file has the same columns: photo hash, group, score or gap,
and the sentences an expert marked. Trainers ignore it.
"""

from __future__ import annotations

from typing import Any

import orjson

from curation.conversations import REWARDED, conversation, meta_of, truth
from curation.exporters import Exporter, ExportJob
from curation.models import Sample, SampleKind, Split


class TrlJsonl(Exporter):
    """JSONL with an image folder."""

    name = "trl_jsonl"
    title = "TRL, JSON lines with an image folder"
    description = "For our own runs, and for TRL's SFT and DPO trainers elsewhere."
    card_note = (
        "Rows are conversations in TRL's form; `images` holds paths relative to this folder. "
        'Load a part with `load_dataset("json", data_files="sft_crop-train.jsonl")`.'
    )

    def write(self, job: ExportJob) -> dict[str, int]:
        """Every kind and split that has samples becomes a file."""
        rows: dict[str, int] = {}
        for kind in SampleKind:
            for split in Split:
                name = f"{kind}-{split}.jsonl"
                count = self._write_file(job, kind, split, name)
                if count:
                    rows[name] = count
        return rows

    def _write_file(self, job: ExportJob, kind: str, split: str, name: str) -> int:
        count = 0
        path = job.folder / name
        with path.open("wb") as file:
            for sample in job.samples(kind, split):
                file.write(orjson.dumps(self._row(job, sample)) + b"\n")
                count += 1
                job.tick()
        if not count:
            path.unlink()
        return count

    def _row(self, job: ExportJob, sample: Sample) -> dict[str, Any]:
        return {
            **_pictures(job, sample),
            **conversation(sample, with_rationale=job.options.with_rationale),
            **(truth(sample) if sample.kind in REWARDED else {}),
            "meta": orjson.dumps(meta_of(sample)).decode(),
        }


def _pictures(job: ExportJob, sample: Sample) -> dict[str, Any]:
    """Under an information gap the global view is what the model sees, and the original is what a crop
    is cut from."""
    if sample.kind != SampleKind.RL_GAP:
        return {"images": [job.picture(sample)]}
    return {"images": [job.view(sample, sample.data["side"])], "original": job.view(sample, 0)}
