"""Make `src/motorpool/telematics/data/trouble_codes.csv` from the published list of trouble codes.

    python scripts/make_trouble_codes.py obd-trouble-codes.csv src/motorpool/telematics/data/trouble_codes.csv

In the published list most texts of generic powertrain codes stand beside a later code than the one that they belong to
(P0301 has the text of P0300): five texts had been cut in two, and each half took a code. Here each text goes back
to its code. Texts of P1 codes cannot be put right in this way and mean something else with each maker: they are left out.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

#: From this code on, the text stands so many rows further down.
MOVED = (("P0126", 1), ("P0752", 2), ("P0754", 3), ("P0757", 4))
#: Rows whose text is wrong also in its right place.
WRONG = {"P0382", "P0562"}


def aligned(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Codes with their own texts, in the order of the codes."""
    found = []
    for place, (code, text) in enumerate(rows):
        if code.startswith("P1") or code in WRONG:
            continue
        if code.startswith("P0"):
            moved = max((by for first, by in MOVED if code >= first), default=0)
            text = rows[place + moved][1]
        found.append((code, " ".join(text.strip(" ;/").split())))
    return sorted(found)


def main(source: Path, target: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        rows = [(code, text) for code, text in csv.reader(file)]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "text"))
        writer.writerows(aligned(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
