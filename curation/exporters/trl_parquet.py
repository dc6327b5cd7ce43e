"""TRL's form as Parquet with the pictures inside: one file to hand over, read lazily by `datasets`.

100 rows a row group: readers hold one group in memory. Pictures are not compressed again, texts are.
The schema carries the feature types that `datasets` reads, so that ``images`` load as pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from curation.conversations import conversation, meta_of
from curation.exporters import Exporter, ExportJob
from curation.models import Sample, SampleKind, Split

ROWS_PER_GROUP = 100
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
IMAGES = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
TEXTS = ("completion",), ("chosen", "rejected")


class TrlParquet(Exporter):
    """Parquet shards with embedded pictures."""

    name = "trl_parquet"
    title = "TRL, Parquet with the pictures inside"
    description = "For moving a dataset as few files; loads with the datasets library."

    def write(self, job: ExportJob) -> dict[str, int]:
        """Every kind and split that has samples becomes a file."""
        rows: dict[str, int] = {}
        for kind in SampleKind:
            for split in Split:
                samples = job.samples(kind, split)
                first = next(samples, None)
                if first is not None:
                    name = f"{kind}-{split}.parquet"
                    rows[name] = self._write_file(job, kind, name, _chain(first, samples))
        return rows

    def _write_file(
        self, job: ExportJob, kind: SampleKind, name: str, samples: Iterator[Sample]
    ) -> int:
        schema, count = _schema(kind), 0
        with pq.ParquetWriter(
            job.folder / name, schema, compression={"meta": "zstd"}, use_dictionary=False,
            write_page_index=True,
        ) as writer:  # fmt: skip
            while chunk := list(islice(samples, ROWS_PER_GROUP)):
                rows = [self._row(job, sample) for sample in chunk]
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                count += len(rows)
                job.tick()
        return count

    def _row(self, job: ExportJob, sample: Sample) -> dict[str, Any]:
        path = job.picture(sample)
        picture = {"bytes": (job.folder / path).read_bytes(), "path": path.rsplit("/", 1)[-1]}
        return {
            "images": [picture],
            **conversation(sample, with_rationale=job.options.with_rationale),
            "meta": orjson.dumps(meta_of(sample)).decode(),
        }


def _chain(first: Sample, rest: Iterator[Sample]) -> Iterator[Sample]:
    yield first
    yield from rest


def _schema(kind: SampleKind) -> pa.Schema:
    texts = TEXTS[1] if kind in (SampleKind.DPO_CROP, SampleKind.DPO_TEXT) else TEXTS[0]
    columns = [("images", IMAGES), ("prompt", MESSAGES)]
    columns += [(name, MESSAGES) for name in texts] + [("meta", pa.string())]
    messages = [{"role": _feature("string"), "content": _feature("string")}]
    features: dict[str, Any] = {"images": {"feature": {"_type": "Image"}, "_type": "List"}}
    features |= dict.fromkeys(("prompt", *texts), messages)
    features["meta"] = _feature("string")
    info = orjson.dumps({"info": {"features": features}}).decode()
    return pa.schema(columns, metadata={"huggingface": info})


def _feature(dtype: str) -> dict[str, str]:
    return {"dtype": dtype, "_type": "Value"}
