"""TRL's form as JSON lines beside a folder of pictures: easiest to read, and what our runs train on.

One file per kind and split (``sft_crop-train.jsonl``). Rows: ``images`` (paths relative to the
export), ``prompt`` and ``completion``, or ``prompt``, ``chosen``, ``rejected``. ``meta`` is JSON in
a string, so that every row of every file has the same columns: photo hash, group, score or gap,
and the sentences an expert marked. Trainers ignore it.
"""

from __future__ import annotations

from typing import Any

import orjson

from curation.conversations import conversation, meta_of
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
            "images": [job.picture(sample)],
            **conversation(sample, with_rationale=job.options.with_rationale),
            "meta": orjson.dumps(meta_of(sample)).decode(),
        }
