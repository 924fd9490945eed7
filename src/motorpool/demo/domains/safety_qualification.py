"""Licenses, medical cards, registrations and qualification files of the demonstration: most in order, some not. All made up."""

from __future__ import annotations

from datetime import timedelta

from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.safety_office import Office

#: Driver -> days until the license expires; all others have theirs for longer.
LICENSES = {4: -6, 9: 12, 15: 48, 22: 75}
#: Vehicle -> days until the registration expires.
REGISTRATIONS = {11: -4, 12: 9, 13: 33, 16: 58, 17: 81}
#: Drivers of the shuttles: hired so many days ago, days until the medical card expires, kinds of paper with days since their issue.
SHUTTLE_DRIVERS = {
    0: (
        1210,
        402,
        (("employment_application", 1222), ("mvr", 1200), ("mvr", 118), ("mvr_annual_review", 115),
         ("safety_performance_history", 1196), ("drug_clearinghouse_query", 96), ("road_test_certificate", 1190)),
    ),
    1: (
        760,
        21,
        (("employment_application", 771), ("mvr", 751), ("mvr", 342), ("safety_performance_history", 740),
         ("drug_clearinghouse_query", 310)),
    ),
    2: (
        905,
        -2,
        (("employment_application", 911), ("mvr", 899), ("mvr", 71), ("mvr_annual_review", 70),
         ("drug_clearinghouse_query", 420)),
    ),
    3: (12, 655, (("employment_application", 20), ("mvr", 11))),
}  # fmt: skip
AUTHORITIES = {
    "mvr": "California DMV",
    "drug_clearinghouse_query": "FMCSA Clearinghouse",
    "medical_card": "National Registry examiner",
}
#: Shuttle buses among the cabs, so that some vehicles are commercial ones (49 CFR 390.5).
SHUTTLE = (
    "UPDATE vehicles v SET vehicle_type = 'bus', make = 'Ford', model = 'E-450 shuttle', seats = 20, gvwr_kg = 6577 "
    "FROM driver_assignments a WHERE v.tenant_id = %(tenant)s AND a.tenant_id = %(tenant)s AND a.vehicle_id = v.id "
    "AND a.driver_id = ANY (%(drivers)s) AND a.ends_at IS NULL"
)
#: What the papers that are kept say goes before what is made up here.
FOLLOW = """
UPDATE drivers d SET {column} = p.last
FROM (SELECT entity_id, max(expiration_date) AS last FROM compliance_documents
      WHERE tenant_id = %(tenant)s AND entity_type = 'driver' AND document_type = %(kind)s GROUP BY entity_id) AS p
WHERE d.tenant_id = %(tenant)s AND d.id = p.entity_id
"""


class Qualifications(Office):
    def fill(self) -> None:
        self._licenses()
        self._shuttle_drivers()
        self._registrations()
        for column, kind in (("license_expires_on", "license"), ("medical_card_expires_on", "medical_card")):
            self.connection.execute(FOLLOW.format(column=column), {"tenant": self.tenant, "kind": kind})

    def _licenses(self) -> None:
        """License numbers that California never gives out: a letter and nine digits."""
        near = {self.driver(number): days for number, days in LICENSES.items()}
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE drivers SET license_number = %s, license_class = 'C', license_region = 'CA', hired_on = %s, "
                "license_expires_on = %s WHERE tenant_id = %s AND id = %s",
                [
                    (
                        f"D{704_110_000 + number * 7_919}",
                        self.today - timedelta(days=400 + number * 61 % 1500),
                        self.today + timedelta(days=near.get(key, 120 + number * 37 % 1500)),
                        self.tenant,
                        key,
                    )
                    for number, key in enumerate(self.fleet.drivers)
                ],
            )

    def _shuttle_drivers(self) -> None:
        papers: list[Row] = []
        for number, (hired, medical, kinds) in SHUTTLE_DRIVERS.items():
            self.connection.execute(
                "UPDATE drivers SET license_class = 'B', license_endorsements = '{P}', hired_on = %s WHERE tenant_id = %s AND id = %s",
                (self.today - timedelta(days=hired), self.tenant, self.driver(number)),
            )
            issued = [(kind, days, None) for kind, days in kinds] + [("medical_card", 730 - medical, medical)]
            for place, (kind, days, left) in enumerate(issued):
                papers.append(
                    {
                        "document_type": kind,
                        "entity_type": "driver",
                        "entity_id": self.driver(number),
                        "document_number": f"{kind[:3].upper()}-{52_000 + number * 100 + place}",
                        "issuing_authority": AUTHORITIES.get(kind, "Taxi operation (demo)"),
                        "issue_date": self.today - timedelta(days=days),
                        "expiration_date": None if left is None else self.today + timedelta(days=left),
                        "renewal_required": left is not None,
                        "verification_method": "original_seen",
                    }
                )
        self.add("compliance_documents", papers)
        self.add(
            "drug_alcohol_tests",
            [
                {
                    "driver_id": self.driver(number),
                    "test_type": "drug",
                    "reason": "pre_employment",
                    "status": "completed",
                    "ordered_at": self.ago(hired + 9),
                    "taken_at": self.ago(hired + 8.9),
                    "collection_site": "Mission Bay Occupational Health",
                    "result": "negative",
                    "ordered_by_user_id": self.user,
                }
                for number, (hired, _, _) in SHUTTLE_DRIVERS.items()
                if number != 2
            ],
        )
        drivers = [self.driver(number) for number in (0, 1, 2)]
        self.connection.execute(SHUTTLE, {"tenant": self.tenant, "drivers": drivers})

    def _registrations(self) -> None:
        near = {self.vehicle(number): days for number, days in REGISTRATIONS.items()}
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE vehicles SET registration_expires_on = %s WHERE tenant_id = %s AND id = %s",
                [
                    (self.today + timedelta(days=near.get(key, 95 + number * 29 % 600)), self.tenant, key)
                    for number, key in enumerate(self.fleet.vehicles)
                ],
            )
