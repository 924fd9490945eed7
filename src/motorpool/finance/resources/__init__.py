"""What the finance domain offers."""

from __future__ import annotations

from motorpool.finance.resources.books import BOOKS
from motorpool.finance.resources.fuel import FUEL
from motorpool.finance.resources.payables import PAYABLES

RESOURCES = (*PAYABLES, *FUEL, *BOOKS)

__all__ = ["RESOURCES"]
