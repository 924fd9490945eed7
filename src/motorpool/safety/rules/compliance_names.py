"""What the papers of a package are called: a folder for each driver, vehicle or place, and files by kind, number and last day."""

from __future__ import annotations

import re
from datetime import date

from motorpool.core.files.names import clean_name, extension_of
from motorpool.safety.rules.qualification_items import words_of

FOLDERS = {"driver": "drivers", "vehicle": "vehicles", "facility": "facilities", "vendor": "vendors"}
#: `#` begins a place within a file in Excel's links, `%` an escape; slashes would make folders.
_UNFIT = re.compile(r"[#%/\\]+")
#: Longest folder or file name without its ending: the path of an unpacked package has to stay below 260 characters on Windows.
LONGEST = 80


def plain(text: str) -> str:
    """A name that every file system and link takes; never empty, never a way out of the folder."""
    return clean_name(_UNFIT.sub("-", text))[:LONGEST].strip(" .-") or "file"


def folder_of(about: str, subject: str) -> str:
    """`drivers/Bob Jones`; what is about the fleet as a whole: `fleet`."""
    top = FOLDERS.get(about)
    return f"{top}/{plain(subject)}" if top else "fleet"


def file_name(kind: str, number: str | None, expires: date | None, stored_as: str) -> str:
    """`Medical card 4711 until 2027-03-01.pdf`."""
    words = [words_of(kind), number or "", f"until {expires}" if expires else ""]
    ending = extension_of(stored_as)
    stem = plain(" ".join(word for word in words if word))
    return f"{stem}.{ending}" if ending else stem


class Paths:
    """Gives each file a path of its own, whatever the case of its letters."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, folder: str, name: str) -> str:
        """`folder/name`, with `(2)` and so on before the ending where that is taken."""
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, f".{ending}") if dot else (name, "")
        path, count = f"{folder}/{name}", 1
        while path.lower() in self._taken:
            count += 1
            path = f"{folder}/{stem} ({count}){ending}"
        self._taken.add(path.lower())
        return path
