"""Typst, run as a program of its own: `typesetting.py ROOT TEMPLATE FONTS UNIX_SECONDS < data.json > document.pdf`.

Typst keeps what it has laid out for the life of a process (some 200 MB for each long table), so every document gets
a process. It is started by its path and imports nothing of Motorpool, which makes it start in a tenth of a second.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import typst


def compile_document(
    root: Path, template: str, fonts: Path, data: str, seconds: int, kind: Literal["pdf", "png"] = "pdf"
) -> list[bytes]:
    """One PDF, or a PNG for each page, of `<root>/<template>.typ`. Raises typst.TypstError."""
    compiler = typst.Compiler(
        root / f"{template}.typ",
        root=root,
        # Ours, and those of the machine for scripts that ours lack.
        font_paths=typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[fonts]),
        sys_inputs={"data": data},
    )
    made = compiler.compile(format=kind, timestamp=seconds, ppi=110)
    assert made is not None, "without an output file the document is returned"
    return made if isinstance(made, list) else [made]


def main() -> None:
    root, template, fonts, seconds = sys.argv[1:]
    for part in compile_document(
        Path(root), template, Path(fonts), sys.stdin.buffer.read().decode(), int(seconds)
    ):
        sys.stdout.buffer.write(part)


if __name__ == "__main__":
    main()
