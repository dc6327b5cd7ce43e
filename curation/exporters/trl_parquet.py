"""TRL's form as Parquet with the pictures inside: one file to hand over, read lazily by `datasets`.

100 rows a row group: readers hold one group in memory. Pictures are not compressed again, texts are.
The schema carries the feature types that `datasets` reads, so that ``images`` load as pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import orjson

from curation.conversations import REWARDED, conversation, meta_of, truth
from curation.exporters import Exporter, ExportJob
from curation.models import Sample, SampleKind, Split

ROWS_PER_GROUP = 100
ANSWERS = {
    SampleKind.SFT_CROP: ("completion",),
    SampleKind.SFT_GUIDANCE: ("completion",),
    SampleKind.DPO_CROP: ("chosen", "rejected"),
    SampleKind.DPO_TEXT: ("chosen", "rejected"),
    SampleKind.DPO_RATIONALE: ("chosen", "rejected"),
    SampleKind.SFT_REGION: ("completion",),
    SampleKind.RL_REGION: (),
    SampleKind.RL_GAP: (),
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
            **_pictures(job, sample, name),
            **conversation(sample, with_rationale=job.options.with_rationale),
            **(truth(sample) if sample.kind in REWARDED else {}),
            "meta": orjson.dumps(meta_of(sample)).decode(),
        }


def _schema(kind: SampleKind) -> Any:
    import pyarrow as pa

    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    images = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
    texts = ("prompt", *ANSWERS[kind])
    told = _told(kind)
    columns = [("images", images), *((name, messages) for name in texts)]
    columns += [(name, _type(pa, dtype)) for name, dtype in told.items()]
    if kind == SampleKind.RL_GAP:
        columns.append(("original", images.value_type))
    columns.append(("meta", pa.string()))
    turns = [{"role": _feature("string"), "content": _feature("string")}]
    features: dict[str, Any] = {"images": {"feature": {"_type": "Image"}, "_type": "List"}}
    features |= dict.fromkeys(texts, turns)
    features |= {name: _told_feature(dtype) for name, dtype in told.items()}
    if kind == SampleKind.RL_GAP:
        features["original"] = {"_type": "Image"}
    features["meta"] = _feature("string")
    info = orjson.dumps({"info": {"features": features}}).decode()
    return pa.schema(columns, metadata={"huggingface": info})


def _told(kind: SampleKind) -> dict[str, str]:
    """The columns of `curation.conversations.truth`, by the type of what they hold; ``[]`` for lists."""
    if kind not in REWARDED:
        return {}
    told = {
        "question": "string", "answers": "[]string", "answer": "string", "solution_bbox": "[]int64",
        "width": "int64", "height": "int64",
    }  # fmt: skip
    return told | ({"side": "int64"} if kind == SampleKind.RL_GAP else {})


def _type(pa: Any, dtype: str) -> Any:
    plain = pa.type_for_alias(dtype.removeprefix("[]"))
    return pa.list_(plain) if dtype.startswith("[]") else plain


def _told_feature(dtype: str) -> dict[str, Any]:
    plain = _feature(dtype.removeprefix("[]"))
    return {"feature": plain, "_type": "List"} if dtype.startswith("[]") else plain


def _pictures(job: ExportJob, sample: Sample, name: str) -> dict[str, Any]:
    """The photo; under an information gap its global view, and the original to crop from."""
    if sample.kind != SampleKind.RL_GAP:
        return {"images": [{"bytes": job.picture_bytes(sample), "path": name}]}
    view = {"bytes": job.view_bytes(sample, sample.data["side"]), "path": name}
    return {"images": [view], "original": {"bytes": job.view_bytes(sample, 0), "path": name}}


def _compression(schema: Any) -> dict[str, str]:
    """By leaf column: pictures as they are, everything else zstd."""
    return {
        path: "none" if path.endswith(".bytes") else "zstd"
        for column in schema
        for path in _leaves(column.name, column.type)
    }


def _leaves(path: str, of: Any) -> list[str]:
    import pyarrow as pa

    if pa.types.is_list(of):
        return _leaves(f"{path}.list.element", of.value_type)
    if pa.types.is_struct(of):
        return [leaf for part in of for leaf in _leaves(f"{path}.{part.name}", part.type)]
    return [path]


def _feature(dtype: str) -> dict[str, str]:
    return {"dtype": dtype, "_type": "Value"}
