"""What is summed, what is typed, and how much may be approved by whom. Amounts are in the tenant's currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

#: Columns of a work order that are sums as soon as there is something to sum -> what is summed.
SUMMED = {"labor_hours": "labour entries", "labor_cost": "labour entries", "parts_cost": "part lines"}
#: Up to this amount whoever may approve work orders approves them, where the tenant names no other.
APPROVAL_LIMIT = Decimal(500)
#: Key in the system settings; its value is a number, or `false` for no limit.
LIMIT_SETTING = "maintenance.approval_limit"


def approval_limit(setting: Any) -> Decimal | None:
    """The amount above which a second permission is needed; None: there is no limit.

    `setting` is what the tenant keeps under LIMIT_SETTING: a number, a number as text, false. Anything else is as if there
    were none.
    """
    if setting is False:
        return None
    if isinstance(setting, bool) or not isinstance(setting, int | float | str):
        return APPROVAL_LIMIT
    try:
        amount = Decimal(str(setting))
    except ArithmeticError:
        return APPROVAL_LIMIT
    return amount if amount.is_finite() and amount >= 0 else APPROVAL_LIMIT


def cannot_be_typed(column: str, total: Decimal) -> str:
    """Why a value for a summed column is refused."""
    return f"is the sum of the {SUMMED[column]}, {total:f}, and cannot be typed in"
