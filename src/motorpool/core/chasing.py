"""When somebody is reminded of what they have to do: some days before the due day, on it, and then each week while it is late."""

from __future__ import annotations

#: Days before the due day.
NOTICE_DAYS = 3
#: Days from one reminder of what is late to the next.
AGAIN_DAYS = 7
#: The day from which on the present one of these reminders is due, by which one knows whether it was told: before the due day, on
#: it, or of the week that runs since the day after it. {due} and {today} are SQL expressions of dates.
BEGAN = (
    f"CASE WHEN {{due}} < {{today}} THEN {{due}} + 1 + {AGAIN_DAYS} * (({{today}} - {{due}} - 1) / {AGAIN_DAYS}) "
    f"WHEN {{due}} = {{today}} THEN {{due}} ELSE {{due}} - {NOTICE_DAYS} END"
)
