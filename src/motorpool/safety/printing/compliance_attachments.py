"""PDFs with the evidence inside: the files stand among the attachments that a reader of PDFs lists."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from motorpool.core.export import render_pdf
from motorpool.core.files.store import FileStore
from motorpool.safety.printing.compliance_pieces import Piece

#: More than this is not put into a PDF: readers of mail and of PDFs give up. It stands beside the PDF in the package.
MOST_BYTES = 25_000_000


def fits(pieces: Sequence[Piece]) -> bool:
    """Whether what is attached has room in a PDF."""
    return sum(one.file.size_bytes for one in pieces if one.file and one.outcome == "attached") <= MOST_BYTES


async def render_with_evidence(
    template: str, data: Mapping[str, Any], *, folder: Path, files: FileStore, pieces: Sequence[Piece]
) -> bytes:
    """`<template>.typ` with `data`, and the files of the pieces that are there and whole. Raises as `render_pdf`.

    What cannot be read any more is left out: `outcome` of its piece says so already.
    """
    with tempfile.TemporaryDirectory(dir=files.spool_folder) as made:
        root = Path(made)
        shutil.copy(folder / f"{template}.typ", root)
        attached = []
        for number, one in enumerate(one for one in pieces if one.outcome == "attached" and one.file):
            assert one.file is not None
            with (root / f"{number}.bin").open("wb") as written:
                async for chunk in await files.get(one.file.storage_key, 0, one.file.size_bytes):
                    written.write(chunk)
            about = one.evidence
            attached.append(
                {
                    "file": f"{number}.bin",
                    "name": one.path,
                    "type": one.file.media_type,
                    "about": " ".join(part for part in (about.subject, about.kind, about.number) if part),
                }
            )
        return await render_pdf(template, {**data, "attachments": attached}, folder=root)
