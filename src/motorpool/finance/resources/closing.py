"""What a closed accounting period holds fast."""

from __future__ import annotations

from motorpool.core.resource.declaration import Lock


def closed_period(date: str, *, open: tuple[str, ...] = ()) -> Lock:
    """What falls into a closed accounting period stays as it is, but for the `open` columns. `date`: SQL over `t`."""
    return Lock(
        "EXISTS (SELECT FROM accounting_periods p WHERE p.tenant_id = t.tenant_id AND p.status = 'closed' "
        f"AND {date} BETWEEN p.starts_on AND p.ends_on)",
        "Its accounting period is closed; reopen that first.",
        open,
    )
