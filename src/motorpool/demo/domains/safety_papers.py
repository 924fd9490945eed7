"""Insurance, claims, inspections, damage and documents of the demonstration."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from motorpool.demo.domains import safety_records as records, safety_stories as stories
from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.safety_office import MADE_UP, Accident, Office
from motorpool.safety.rules.inspection_catalogue import form_rows

ROLL_UP = """
UPDATE insurance_policies p SET claims_filed = c.filed, total_claims_paid = c.paid
FROM (SELECT insurance_policy_id, count(*)::integer AS filed, coalesce(sum(paid_amount), 0) AS paid
      FROM insurance_claims WHERE tenant_id = %(tenant)s GROUP BY insurance_policy_id) AS c
WHERE p.tenant_id = %(tenant)s AND p.id = c.insurance_policy_id
"""

#: Years back, employees, hours.
YEARS = (
    (0, 214, "331240.0"),
    (1, 208, "402880.0"),
    (2, 196, "377310.5"),
    (3, 181, "349120.0"),
)


class Papers(Office):
    def fill(self, incidents: list[UUID], accidents: list[Accident]) -> None:
        self._claims(incidents, accidents, self._policies())
        self._osha()
        self._damages(incidents, self._inspections())
        self._papers()

    def _policies(self) -> list[UUID]:
        rows: list[Row] = [
            {
                "policy_number": f"{carrier[:2].upper()}-{kind[:3].upper()}-{7_140 + index * 613}",
                "insurance_carrier": carrier,
                "policy_type": kind,
                "coverage_type": cover,
                "policy_start_date": self.today - timedelta(days=since),
                "policy_end_date": self.today + timedelta(days=term - since),
                "premium_amount": premium,
                "deductible": deductible,
                "coverage_limits": limits,
                "covered_vehicles": [self.vehicle(n) for n in range(12)]
                if kind == "physical_damage"
                else None,
                "agent_name": "Harriet Lowe",
                "agent_contact": "+1 415 555 0170",
                "renewal_status": "renewed" if since > term and kind == "auto_liability" else "current",
            }
            for index, (kind, cover, carrier, since, term, premium, deductible, limits) in enumerate(
                records.POLICIES
            )
        ]
        keys = self.add("insurance_policies", rows)
        self.connection.execute(
            "UPDATE insurance_policies SET renewed_by_id = %s WHERE tenant_id = %s AND id = %s",
            (keys[0], self.tenant, keys[-1]),
        )
        return keys

    def _claims(self, incidents: list[UUID], accidents: list[Accident], policies: list[UUID]) -> None:
        claims = (
            (0, 1, "against_us", "filed", "liability", None),
            (2, 1, "own", "under_review", "collision", None),
            (1, 0, "against_us", "under_review", "bodily_injury", None),
            (8, 1, "own", "settled", "collision", "1930.00"),
            (9, 4, "own", "denied", "comprehensive", None),
        )
        of_story = {accident.story: accident.report for accident in accidents}
        self.add(
            "insurance_claims",
            [
                {
                    "claim_number": f"GG-{self.today.year % 100}-{40_118 + n * 977}",
                    "insurance_policy_id": policies[policy],
                    "direction": direction,
                    "claim_type": kind,
                    "incident_id": incidents[story],
                    "accident_report_id": of_story.get(story),
                    "vehicle_id": self.vehicle(story),
                    "loss_on": self.ago(stories.STORIES[story].ago).date(),
                    "filed_on": self.ago(stories.STORIES[story].ago - 1).date(),
                    "status": status,
                    "adjuster_name": "Walter Boyd" if status != "filed" else None,
                    "claimed_amount": stories.STORIES[story].cost,
                    "reserve_amount": "5000.00" if status == "under_review" else None,
                    "paid_amount": paid,
                    "settled_on": self.ago(stories.STORIES[story].ago - 30).date() if paid else None,
                    "denial_reason": "The car was not locked." if status == "denied" else None,
                    "filed_by_user_id": self.user,
                }
                for n, (story, policy, direction, status, kind, paid) in enumerate(claims)
            ],
        )
        self.connection.execute(ROLL_UP, {"tenant": self.tenant})

    def _osha(self) -> None:
        """Hours and employees of the last years; those that are over are certified."""
        self.add(
            "osha_years",
            [
                {
                    "year": self.today.year - back,
                    "average_employees": employees,
                    "hours_worked": hours,
                    "street": "1200 Evans Ave",
                    "city": "San Francisco",
                    "region": "CA",
                    "postal_code": "94124",
                    "industry_description": "General freight trucking, local",
                    "naics_code": "484110",
                    "employer_number": "941234567",
                    "status": "certified" if back else "draft",
                    "certified_by_name": "Constance Field" if back else None,
                    "certified_by_title": "Chief executive" if back else None,
                    "certified_by_phone": "+1 415 555 0110" if back else None,
                    "certified_on": self.today.replace(year=self.today.year - back + 1, month=1, day=2)
                    if back
                    else None,
                    "entered_by_user_id": self.user,
                }
                for back, employees, hours in YEARS
            ],
        )

    def _inspections(self) -> list[UUID]:
        """Walk rounds of the last weeks and inspections of the last year, by the forms that every tenant has."""
        forms = self._forms()
        rows: list[Row] = []
        found: list[tuple[Row, Row]] = []
        for index in range(36):
            kind = ("pre_trip", "post_trip", "pre_trip", "annual", "post_trip", "pre_trip")[index % 6]
            form_id, items = forms[kind]
            bad = items[index % 8] if index % 5 == 2 and kind != "annual" else None
            yearly = kind == "annual"
            when = self.ago(index * 9 + 40 if yearly else index * 0.8)
            settled, signed = bad is not None and index > 6, bad is not None and index > 11
            grave = bad is not None and (bad["is_unsafe"] or bad["severity"] != "minor")
            rows.append(
                {
                    "vehicle_id": self.vehicle(index),
                    "form_id": form_id,
                    "inspection_type": kind,
                    "inspector_type": "user" if yearly else "driver",
                    "inspector_id": self.user if yearly else self.driver(index),
                    "inspection_date": when,
                    "received_at": when,
                    "inspection_location": "Workshop, bay 1" if yearly else "Depot",
                    "odometer": 41_200 + index * 2_817,
                    "inspection_status": ("failed" if grave else "conditional") if bad else "passed",
                    "checklist_results": [
                        {"item": item["item_text"], "key": item["item_key"], "section": item["section"]}
                        | (
                            {
                                "status": "fail",
                                "notes": "Found on the walk round",
                                "severity": item["severity"],
                                "is_unsafe": item["is_unsafe"],
                            }
                            if item is bad
                            else {"status": "pass"}
                        )
                        for item in items
                    ],
                    "defects_found": [{"item": bad["item_text"], "severity": bad["severity"]}]
                    if bad
                    else None,
                    "requires_maintenance": bad is not None,
                    "repairs_certified_at": when + timedelta(hours=20) if settled else None,
                    "repairs_certified_by_user_id": self.user if settled else None,
                    "repairs_note": "Repaired before the next dispatch." if settled else None,
                    "reviewed_at": when + timedelta(hours=22) if signed else None,
                    "reviewed_by_driver_id": self.driver(index + 1) if signed else None,
                    "next_inspection_due": (when + timedelta(days=365)).date() if yearly else None,
                    "certification_number": f"CA-{88_000 + index * 41}" if yearly else None,
                    "certification_expiry": (when + timedelta(days=365)).date() if yearly else None,
                }
            )
            if bad is not None:
                found.append((rows[-1], bad))
        keys = self.add("safety_inspections", rows)
        self._defects_of(found)
        return keys

    def _forms(self) -> dict[str, tuple[UUID, list[Row]]]:
        """Form and items by the type of inspection; made where the tenant has none."""
        have = self.connection.execute(
            "SELECT 1 FROM inspection_forms WHERE tenant_id = %s AND is_builtin LIMIT 1", (self.tenant,)
        ).fetchone()
        for form in () if have else form_rows():
            items = form.pop("items")
            made: Row = {"status": "published", "is_builtin": True, "published_at": self.now}
            (form_id,) = self.add("inspection_forms", [form | made])
            self.add("inspection_form_items", [item | {"form_id": form_id} for item in items])
        (own,) = self.add("inspection_forms", [dict(records.OWN_FORM) | {"published_at": self.now}])
        self.add(
            "inspection_form_items",
            [
                {"form_id": own, "position": position} | item
                for position, item in enumerate(records.OWN_FORM_ITEMS, 1)
            ],
        )
        columns = ("item_key", "item_text", "section", "severity", "is_unsafe")
        forms: dict[str, tuple[UUID, list[Row]]] = {}
        for kind, form_id, *values in self.connection.execute(
            "SELECT f.inspection_type, f.id, i.item_key, i.item_text, i.section, i.severity, i.is_unsafe "
            "FROM inspection_forms f JOIN inspection_form_items i ON i.tenant_id = f.tenant_id AND i.form_id = f.id "
            "WHERE f.tenant_id = %s AND f.is_builtin AND i.vehicle_types IS NULL ORDER BY f.form_key, i.position",
            (self.tenant,),
        ).fetchall():
            forms.setdefault(kind, (form_id, []))[1].append(dict(zip(columns, values, strict=True)))
        return forms

    def _defects_of(self, found: list[tuple[Row, Row]]) -> None:
        """What inspections found, behind the numbers that the shop's own defects have."""
        rows: list[Row] = []
        for inspection, item in found:
            taken = self.connection.execute(
                "INSERT INTO counters AS c (tenant_id, name, year, value) VALUES (%s, 'defects', %s, 1) "
                "ON CONFLICT (tenant_id, name, year) DO UPDATE SET value = c.value + 1 RETURNING c.value",
                (self.tenant, inspection["inspection_date"].year),
            ).fetchone()
            assert taken is not None
            settled = inspection["repairs_certified_at"]
            rows.append(
                {
                    "defect_number": f"DEF-{inspection['inspection_date'].year}-{taken[0]:05}",
                    "vehicle_id": inspection["vehicle_id"],
                    "description": f"{item['item_text']}: found on the walk round",
                    "severity": item["severity"],
                    "is_unsafe": item["is_unsafe"],
                    "component": item["item_key"],
                    "source": "inspection",
                    "inspection_id": inspection["id"],
                    "inspection_item": item["item_text"],
                    "reported_at": inspection["inspection_date"],
                    "reported_by_driver_id": inspection["inspector_id"],
                    "odometer": inspection["odometer"],
                    "status": "certified" if settled else "open",
                    "repaired_at": settled,
                    "certified_at": settled,
                    "certified_by_user_id": self.user if settled else None,
                    "resolution_notes": inspection["repairs_note"],
                    "reviewed_at": inspection["reviewed_at"],
                }
            )
        self.add("defects", rows)

    def _damages(self, incidents: list[UUID], inspections: list[UUID]) -> None:
        given = self.numbers("damage_reports", "DMG", [damage[9] for damage in stories.DAMAGES])
        orders: list[tuple[UUID, UUID]] = self.connection.execute(
            "SELECT id, vehicle_id FROM maintenance_records WHERE tenant_id = %s ORDER BY id LIMIT 20",
            (self.tenant,),
        ).fetchall()
        reports: list[Row] = []
        for index, damage in enumerate(stories.DAMAGES):
            title, part, kind, severity, status, _, _, _, cost, days, story = damage
            order = orders[index % len(orders)] if orders and status == "repair_scheduled" else None
            reports.append(
                {
                    "report_number": given[index],
                    "vehicle_id": order[1] if order else self.vehicle(index if story is None else story),
                    "driver_id": self.driver(index if story is None else story),
                    "incident_id": None if story is None else incidents[story],
                    "safety_inspection_id": inspections[index] if story is None else None,
                    "title": title,
                    "damage_type": kind,
                    "vehicle_part": part,
                    "severity": severity,
                    "is_drivable": severity != "major" or part == "rear_bumper",
                    "status": status,
                    "reported_at": self.ago(days - 0.2),
                    "occurred_at": self.ago(days) if story is not None else None,
                    "odometer": 52_400 + index * 3_311,
                    "estimated_cost": cost,
                    "actual_cost": (Decimal(cost) - 35).quantize(Decimal("0.01"))
                    if cost and status == "repaired"
                    else None,
                    "assessed_at": None if status == "reported" else self.ago(days - 1),
                    "assessed_by_user_id": None if status == "reported" else self.user,
                    "work_order_id": order[0] if order else None,
                    "repaired_on": self.ago(days - 8).date() if status == "repaired" else None,
                    "resolution_note": {
                        "accepted": "Cosmetic; left until the vehicle is sold.",
                        "dismissed": "Was already there when the vehicle was bought.",
                    }.get(status),
                    "reported_by_user_id": self.user,
                    "metadata": MADE_UP,
                }
            )
        keys = self.add("damage_reports", reports)
        self.add(
            "damage_marks",
            [
                {
                    "damage_report_id": key,
                    "view": view,
                    "x": x,
                    "y": y,
                    "vehicle_part": part,
                    "damage_type": kind,
                    "severity": severity,
                }
                for key, (_, part, kind, severity, _, view, x, y, _, _, _) in zip(
                    keys, stories.DAMAGES, strict=True
                )
            ],
        )

    def _papers(self) -> None:
        rows: list[Row] = []
        for index, (kind, entity, authority, since, valid, remind) in enumerate(records.PAPERS):
            for copy in range(1 if entity == "fleet" else 3):
                issued = self.today - timedelta(days=since - 29 * copy)
                subject = {
                    "vehicle": self.vehicle(index + copy),
                    "driver": self.driver(index + copy),
                    "facility": self.facility(copy),
                }.get(entity)
                if entity == "facility" and copy:
                    continue
                rows.append(
                    {
                        "document_type": kind,
                        "entity_type": entity,
                        "entity_id": subject,
                        "document_number": f"{kind[:3].upper()}-{31_007 + index * 577 + copy * 13}",
                        "issuing_authority": authority,
                        "issue_date": issued,
                        "expiration_date": issued + timedelta(days=valid),
                        "renewal_reminder_days": remind,
                        "verification_method": ("original_seen", "online_check", None)[copy],
                        "verified_by_user_id": self.user if copy < 2 else None,
                        "verified_at": self.ago(since - 29 * copy - 1) if copy < 2 else None,
                    }
                )
        self.add("compliance_documents", rows)
