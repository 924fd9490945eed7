"""Why a vehicle may not be used or a driver may not drive, as inspections, insurance, tests and licenses tell."""

from __future__ import annotations

from motorpool.fleet.availability.registry import Reasons, day, moment, register
from motorpool.fleet.rules.commercial import IS_COMMERCIAL
from motorpool.safety.rules.inspection_periods import PERIODIC
from motorpool.safety.rules.qualification_facts import PROHIBITED_ALCOHOL

PERIODIC_TYPES = ", ".join(f"'{one}'" for one in PERIODIC)
NOTICE_DAYS = 30
#: The latest periodic inspection that was passed decides (49 CFR 396.17). Of a vehicle that has none here it is only told, as
#: its paper may be kept elsewhere.
PERIODIC_DUE = f"""
SELECT v.id, i.next_inspection_due IS NOT NULL AND i.next_inspection_due < %(last_day)s,
       CASE WHEN i.next_inspection_due IS NULL THEN 'No annual inspection on record'
            WHEN i.next_inspection_due < %(last_day)s THEN 'Annual inspection was due on ' || {day("i.next_inspection_due")}
            ELSE 'Annual inspection is due on ' || {day("i.next_inspection_due")} END,
       NULL, NULL, CASE WHEN i.id IS NULL THEN 'vehicles' ELSE 'safety_inspections' END, coalesce(i.id, v.id)
FROM vehicles v
LEFT JOIN LATERAL (
    SELECT s.id, s.next_inspection_due FROM safety_inspections s
    WHERE s.tenant_id = %(tenant)s AND s.vehicle_id = v.id AND s.inspection_type IN ({PERIODIC_TYPES})
      AND s.inspection_status = 'passed' AND s.next_inspection_due IS NOT NULL
    ORDER BY s.next_inspection_due DESC LIMIT 1) AS i ON true
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s)
  AND (i.next_inspection_due < %(last_day)s::date + {NOTICE_DAYS}
       OR i.id IS NULL AND {IS_COMMERCIAL})
"""
#: Before driving, the next driver signs the report whose repairs were certified (49 CFR 396.13).
NOT_REVIEWED = f"""
SELECT i.vehicle_id, false,
       'The report of ' || {day("(i.inspection_date AT TIME ZONE %(time_zone)s)::date")} || ' is to be signed by the next driver',
       i.repairs_certified_at, NULL, 'safety_inspections', i.id
FROM safety_inspections i
WHERE i.tenant_id = %(tenant)s AND i.vehicle_id = ANY (%(vehicles)s) AND i.repairs_certified_at IS NOT NULL
  AND i.reviewed_at IS NULL AND (i.inspection_status <> 'passed' OR i.requires_maintenance) AND i.form_id IS NOT NULL
"""

#: Liability, told by the policy's type; a cancelled policy covers nothing.
LIABILITY = (
    "p.tenant_id = %(tenant)s AND p.is_active AND p.policy_start_date <= %(last_day)s "
    "AND position('liability' in lower(p.policy_type)) > 0"
)
#: A vehicle that was insured and is not any more may not be used. One that no policy ever named is only told, and nothing is
#: said while no policies are kept at all. Trailers and machines are covered with what moves them.
NOT_INSURED = f"""
SELECT v.id, coalesce(fleet.last, own.last) IS NOT NULL,
       coalesce('Liability insurance ended on ' || {day("greatest(fleet.last, own.last)")}, 'No liability insurance on record'),
       NULL, NULL, CASE WHEN coalesce(own.policy, fleet.policy) IS NULL THEN 'vehicles' ELSE 'insurance_policies' END,
       coalesce(own.policy, fleet.policy, v.id)
FROM vehicles v
CROSS JOIN (SELECT max(p.policy_end_date) AS last, (array_agg(p.id ORDER BY p.policy_end_date DESC))[1] AS policy
            FROM insurance_policies p WHERE {LIABILITY} AND p.covered_vehicles IS NULL) AS fleet
LEFT JOIN (SELECT u.id, max(p.policy_end_date) AS last, (array_agg(p.id ORDER BY p.policy_end_date DESC))[1] AS policy
           FROM insurance_policies p CROSS JOIN LATERAL unnest(p.covered_vehicles) AS u(id)
           WHERE {LIABILITY} GROUP BY u.id) AS own ON own.id = v.id
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s) AND coalesce(v.vehicle_type, '') NOT IN ('trailer', 'equipment')
  AND coalesce(greatest(fleet.last, own.last) < %(last_day)s, true)
  AND EXISTS (SELECT FROM insurance_policies p WHERE {LIABILITY})
"""
#: When a test was made, and what it found; who asks need not read tests, so the sentences do not tell.
TESTED = "coalesce(t.taken_at, t.ordered_at)"
OF_TESTS = (
    "drug_alcohol_tests t WHERE t.tenant_id = %(tenant)s AND t.driver_id = d.id AND t.status = 'completed'"
)
#: A positive or refused test stands until a return-to-duty test of the same kind was passed (49 CFR 382.501, 40.305).
PROHIBITED = f"""
SELECT d.id, true, 'May not drive until cleared to return to duty (49 CFR 382.501)', x.at, NULL, 'drug_alcohol_tests', x.id
FROM drivers d
CROSS JOIN LATERAL (
    SELECT t.id, t.test_type, {TESTED} AS at FROM {OF_TESTS}
      AND (t.result IN ('positive', 'refused') OR t.concentration >= {PROHIBITED_ALCOHOL}) ORDER BY 3 DESC LIMIT 1) AS x
WHERE d.tenant_id = %(tenant)s AND d.id = ANY (%(drivers)s)
  AND NOT EXISTS (SELECT FROM {OF_TESTS} AND t.reason = 'return_to_duty' AND t.test_type = x.test_type
                    AND t.result = 'negative' AND {TESTED} > x.at)
"""
#: Less than that, and not nothing: 24 hours without driving (49 CFR 382.505).
OFF_FOR_A_DAY = f"""
SELECT d.id, true, 'May not drive until ' || {moment("x.at + interval '24 hours'")} || ' (49 CFR 382.505)', x.at,
       x.at + interval '24 hours', 'drug_alcohol_tests', x.id
FROM drivers d
CROSS JOIN LATERAL (
    SELECT t.id, {TESTED} AS at FROM {OF_TESTS} AND t.test_type = 'alcohol'
      AND t.concentration >= 0.02 AND t.concentration < {PROHIBITED_ALCOHOL} ORDER BY 2 DESC LIMIT 1) AS x
WHERE d.tenant_id = %(tenant)s AND d.id = ANY (%(drivers)s)
  AND x.at + interval '24 hours' > %(starts_at)s AND x.at <= %(ends_at)s
"""
#: A vehicle that carries hazardous materials with placards, or has a permit for them on file, needs
#: endorsement H, or X with a tank (49 CFR 383.93).
HAZMAT_PERMITS = "'hazmat_permit', 'hazmat_registration', 'hazardous_materials_permit'"
HAZMAT_LICENSE = f"""
SELECT v.id, true, 'Needs a license with the hazardous materials endorsement (H)', NULL, NULL, 'drivers', d.id
FROM vehicles v JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = ANY (%(drivers)s)
WHERE v.tenant_id = %(tenant)s AND v.id = ANY (%(vehicles)s) AND upper(d.license_class) IN ('A', 'B', 'C', 'D')
  AND NOT coalesce(d.license_endorsements, '{{}}') && ARRAY['H', 'X', 'h', 'x']
  AND (v.carries_hazmat OR EXISTS (
      SELECT FROM compliance_documents c WHERE c.tenant_id = %(tenant)s AND c.entity_type = 'vehicle'
        AND c.entity_id = v.id AND lower(c.document_type) IN ({HAZMAT_PERMITS}) AND c.status = 'active'
        AND (c.expiration_date IS NULL OR c.expiration_date >= %(last_day)s)))
"""

register(
    Reasons("annual_inspection", "vehicle", PERIODIC_DUE),
    Reasons("report_not_reviewed", "vehicle", NOT_REVIEWED),
    Reasons("not_insured", "vehicle", NOT_INSURED),
    Reasons("test_prohibits", "driver", PROHIBITED),
    Reasons("alcohol_day_off", "driver", OFF_FOR_A_DAY),
    Reasons("hazmat_license", "pair", HAZMAT_LICENSE),
)
