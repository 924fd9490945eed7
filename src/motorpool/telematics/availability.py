"""Why a vehicle or driver may not be used, as the routes tell."""

from __future__ import annotations

from motorpool.fleet.availability.registry import Reasons, during, moment, register

#: A route that nobody completed does not hold its vehicle for ever.
FORGOTTEN_AFTER = "interval '12 hours'"
#: Where a plan has no times, an active route begins when it was started and ends when it is completed.
BEGINS, ENDS = "coalesce(t.started_at, t.departs_at)", "t.returns_at"
UNDER_WAY = f"""
SELECT t.{{subject}}, true, 'On the route ' || coalesce(t.route_name, 'without a name')
           || coalesce(', expected back at ' || {moment(ENDS)}, ''), {BEGINS}, {ENDS}, 'routes', t.id
FROM routes t
WHERE t.tenant_id = %(tenant)s AND t.{{subject}} = ANY ({{subjects}}) AND t.status = 'active'
  AND t.id IS DISTINCT FROM %(except_id)s AND (t.{{other}} = ANY ({{others}})) IS NOT TRUE
  AND coalesce({BEGINS}, now()) < greatest(%(ends_at)s, %(starts_at)s + interval '1 microsecond')
  AND greatest({ENDS}, CASE WHEN coalesce({ENDS}, {BEGINS}, now()) > now() - {FORGOTTEN_AFTER} THEN now() + interval '1 second' END)
      > %(starts_at)s
"""
PLANNED = f"""
SELECT t.{{subject}}, false,
       'Planned for the route ' || coalesce(t.route_name, 'without a name') || ' at ' || {moment("t.departs_at")},
       t.departs_at, t.returns_at, 'routes', t.id
FROM routes t
WHERE t.tenant_id = %(tenant)s AND t.{{subject}} = ANY ({{subjects}}) AND t.status = 'planned'
  AND t.id IS DISTINCT FROM %(except_id)s AND (t.{{other}} = ANY ({{others}})) IS NOT TRUE
  AND {during("t.departs_at", "coalesce(t.returns_at, t.departs_at + interval '1 minute')")}
"""
OF_VEHICLE = {
    "subject": "assigned_vehicle_id",
    "subjects": "%(vehicles)s",
    "other": "assigned_driver_id",
    "others": "%(drivers)s",
}
OF_DRIVER = {
    "subject": "assigned_driver_id",
    "subjects": "%(drivers)s",
    "other": "assigned_vehicle_id",
    "others": "%(vehicles)s",
}

register(
    Reasons("on_route", "vehicle", UNDER_WAY.format(**OF_VEHICLE)),
    Reasons("route_planned", "vehicle", PLANNED.format(**OF_VEHICLE)),
    Reasons("driver_on_route", "driver", UNDER_WAY.format(**OF_DRIVER)),
    Reasons("driver_route_planned", "driver", PLANNED.format(**OF_DRIVER)),
)
