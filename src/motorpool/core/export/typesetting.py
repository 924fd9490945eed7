"""Typst, run as a program of its own: `typesetting.py ROOT TEMPLATE FONTS UNIX_SECONDS < data.json > document.pdf`.

Typst keeps what it has laid out for the life of a process (some 200 MB for each long table), so every document gets
a process. It is started by its path and imports nothing of Motorpool, which makes it start in a tenth of a second.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typst


def compile_document(root: Path, template: str, fonts: Path, data: str, seconds: int) -> bytes:
    """A PDF of `<root>/<template>.typ`. Raises typst.TypstError."""
    compiler = typst.Compiler(
        root / f"{template}.typ",
        root=root,
        # Ours, and those of the machine for scripts that ours lack.
        font_paths=typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[fonts]),
        sys_inputs={"data": data},
    )
    made = compiler.compile(format="pdf", timestamp=seconds)
    assert isinstance(made, bytes), "without an output file the document is returned"
    return made


def main() -> None:
    root, template, fonts, seconds = sys.argv[1:]
    data = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(compile_document(Path(root), template, Path(fonts), data, int(seconds)))


if __name__ == "__main__":
    main()
