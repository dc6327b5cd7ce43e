"""TRL's form as Parquet with the pictures inside: one file to hand over, read lazily by `datasets`.

100 rows a row group: readers hold one group in memory. Pictures are not compressed again, texts are.
The schema carries the feature types that `datasets` reads, so that ``images`` load as pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import orjson

from curation.conversations import conversation, meta_of
from curation.exporters import Exporter, ExportJob
from curation.models import Sample, SampleKind, Split

ROWS_PER_GROUP = 100
ANSWERS = {
    SampleKind.SFT_CROP: ("completion",),
    SampleKind.SFT_GUIDANCE: ("completion",),
    SampleKind.DPO_CROP: ("chosen", "rejected"),
    SampleKind.DPO_TEXT: ("chosen", "rejected"),
}


class TrlParquet(Exporter):
    """Parquet with embedded pictures."""

    name = "trl_parquet"
    title = "TRL, Parquet with the pictures inside"
    description = "For moving a dataset as few files; loads with the datasets library."
    card_note = (
        "Rows are conversations in TRL's form; `images` holds the pictures themselves. "
        'Load a part with `load_dataset("parquet", data_files="sft_crop-train.parquet")`.'
    )

    def write(self, job: ExportJob) -> dict[str, int]:
        """Every kind and split that has samples becomes a file."""
        rows: dict[str, int] = {}
        for kind in SampleKind:
            for split in Split:
                samples = job.samples(kind, split)
                first = next(samples, None)
                if first is not None:
                    name = f"{kind}-{split}.parquet"
                    rows[name] = self._write_file(job, kind, name, chain([first], samples))
        return rows

    def _write_file(
        self, job: ExportJob, kind: SampleKind, name: str, samples: Iterator[Sample]
    ) -> int:
        # Half a second and 60 MB to import: only the worker that writes pays for it.
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema, count = _schema(kind), 0
        with pq.ParquetWriter(
            job.folder / name, schema, compression=_compression(schema), use_dictionary=False,
            write_page_index=True,
        ) as writer:  # fmt: skip
            while chunk := list(islice(samples, ROWS_PER_GROUP)):
                rows = [self._row(job, sample) for sample in chunk]
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                count += len(rows)
        return count

    def _row(self, job: ExportJob, sample: Sample) -> dict[str, Any]:
        name = f"{sample.photo.content_hash}.jpg"
        job.tick()
        return {
            "images": [{"bytes": job.picture_bytes(sample), "path": name}],
            **conversation(sample, with_rationale=job.options.with_rationale),
            "meta": orjson.dumps(meta_of(sample)).decode(),
        }


def _schema(kind: SampleKind) -> Any:
    import pyarrow as pa

    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    images = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
    texts = ("prompt", *ANSWERS[kind])
    columns = [("images", images), *((name, messages) for name in texts), ("meta", pa.string())]
    turns = [{"role": _feature("string"), "content": _feature("string")}]
    features: dict[str, Any] = {"images": {"feature": {"_type": "Image"}, "_type": "List"}}
    features |= dict.fromkeys(texts, turns)
    features["meta"] = _feature("string")
    info = orjson.dumps({"info": {"features": features}}).decode()
    return pa.schema(columns, metadata={"huggingface": info})


def _compression(schema: Any) -> dict[str, str]:
    """By leaf column: pictures as they are, everything else zstd."""
    leaves = {"images": ("bytes", "path")}
    found: dict[str, str] = {"meta": "zstd"}
    for name in schema.names:
        if name != "meta":
            for leaf in leaves.get(name, ("role", "content")):
                way = "none" if leaf == "bytes" else "zstd"
                found[f"{name}.list.element.{leaf}"] = way
    return found


def _feature(dtype: str) -> dict[str, str]:
    return {"dtype": dtype, "_type": "Value"}
