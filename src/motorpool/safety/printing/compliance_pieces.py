"""What becomes of each piece of evidence in a package for an auditor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from motorpool.safety.queries.compliance_evidence import Evidence, KeptFile

Outcome = Literal["attached", "record", "elsewhere", "withheld", "lost", "damaged"]
WORDS: dict[Outcome, str] = {
    "attached": "Attached",
    "record": "No file on record",
    "elsewhere": "Kept elsewhere",
    "withheld": "Not readable for who made this",
    "lost": "Missing in the file store",
    "damaged": "Does not match its checksum",
}
#: What somebody has to look after.
TROUBLE: tuple[Outcome, ...] = ("withheld", "lost", "damaged")


@dataclass(slots=True)
class Piece:
    """A piece of evidence. `path`: where its file stands in the package; `sha256`: of what was written there."""

    evidence: Evidence
    file: KeptFile | None
    path: str = ""
    outcome: Outcome = "record"
    sha256: str = ""

    @property
    def words(self) -> str:
        """What became of it, for people."""
        where = f": {self.evidence.url}" if self.outcome == "elsewhere" else ""
        return WORDS[self.outcome] + where
