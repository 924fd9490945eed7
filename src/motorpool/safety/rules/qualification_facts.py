"""What is known of a driver for the qualification file, and the kinds of paper that it is made of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct

#: `document_type` of compliance documents, in lower case; the first of each is the one that is proposed.
APPLICATION = ("employment_application", "driver_application", "application")
LICENSE = ("license", "driver_license", "drivers_license", "cdl")
DRIVING_RECORD = ("mvr", "mvr_initial", "mvr_annual", "motor_vehicle_record", "driving_record")
REVIEW = ("mvr_annual_review", "annual_review", "driving_record_review")
MEDICAL = ("medical_card", "medical_certificate", "medical_examiners_certificate")
ROAD_TEST = ("road_test_certificate", "road_test")
REGISTRY_NOTE = ("examiner_registry_note", "national_registry_note")
VARIANCE = ("medical_variance", "spe_certificate", "medical_exemption", "waiver")
SAFETY_HISTORY = ("safety_performance_history", "previous_employer_check")
CLEARINGHOUSE = ("drug_clearinghouse_query", "clearinghouse_query", "clearinghouse_full_query")
#: Of a vehicle.
REGISTRATION = ("registration", "vehicle_registration")
#: Papers that the items of the file already speak of.
KNOWN = frozenset(
    kind
    for kinds in (
        APPLICATION,
        LICENSE,
        DRIVING_RECORD,
        REVIEW,
        MEDICAL,
        ROAD_TEST,
        REGISTRY_NOTE,
        VARIANCE,
        SAFETY_HISTORY,
        CLEARINGHOUSE,
    )
    for kind in kinds
)
#: Papers that are valid until a day, beside permits of every kind.
LAPSING = frozenset(
    (*LICENSE, *MEDICAL, *VARIANCE, *REGISTRATION, "permit", "insurance", "insurance_certificate", "certificate_of_insurance",
     "emissions_certificate")
)  # fmt: skip
#: Endorsements of a commercial license: hazardous materials, tank, passengers, school bus, doubles, tank with hazardous materials.
COMMERCIAL_ENDORSEMENTS = frozenset("HNPSTX")
#: Alcohol, grams per 210 litres of breath, from which on a driver must not work until cleared (49 CFR 382.201).
PROHIBITED_ALCOHOL = 0.04


def lapses(kind: str) -> bool:
    """Whether a paper of this kind (`document_type`, as people write it) is worth nothing without its last day."""
    name = "_".join(kind.lower().split())
    return name in LAPSING or name.endswith("_permit")


class Paper(Struct):
    """A compliance document about the driver."""

    id: UUID
    kind: str
    authority: str | None = None
    issued: date | None = None
    expires: date | None = None
    #: When somebody confirmed that it is genuine; of a driving record: when it was reviewed.
    verified_on: date | None = None


class DrugTest(Struct):
    """A drug or alcohol test that was taken."""

    id: UUID
    test_type: str
    reason: str
    result: str | None
    on: date
    concentration: float | None = None

    @property
    def prohibits(self) -> bool:
        """49 CFR 382.501: no safety-sensitive work until the driver is cleared."""
        return self.result in ("positive", "refused") or (self.concentration or 0) >= PROHIBITED_ALCOHOL

    def clears(self, other: DrugTest) -> bool:
        """A return-to-duty test (49 CFR 40.305) of the same kind behind `other`."""
        passed = self.result == "negative" and (self.concentration or 0) < PROHIBITED_ALCOHOL / 2
        return (
            passed
            and self.reason == "return_to_duty"
            and self.test_type == other.test_type
            and self.on >= other.on
        )


class Training(Struct):
    """A training that was completed."""

    id: UUID
    kind: str
    completed: date | None = None
    expires: date | None = None


class DriverFacts(Struct):
    """A driver with every paper; `tests` None: whoever asks may not know of tests."""

    id: UUID
    full_name: str
    status: str = "active"
    driver_number: str | None = None
    home_facility_id: UUID | None = None
    department_id: UUID | None = None
    hired_on: date | None = None
    license_number: str | None = None
    license_class: str | None = None
    license_region: str | None = None
    license_endorsements: list[str] = []
    license_expires_on: date | None = None
    medical_card_expires_on: date | None = None
    #: Numbers of the commercial vehicles that the driver was assigned to within twelve months.
    drives: list[str] = []
    #: One of them carries hazardous materials.
    drives_hazmat: bool = False
    papers: list[Paper] = []
    trainings: list[Training] = []
    tests: list[DrugTest] | None = None

    @property
    def has_commercial_license(self) -> bool:
        """Class A or B, or C with an endorsement that only a commercial license has (49 CFR 383.91, 383.93)."""
        held = (self.license_class or "").strip().upper()
        return held in ("A", "B") or (
            held == "C" and bool(COMMERCIAL_ENDORSEMENTS & {one.upper() for one in self.license_endorsements})
        )

    def newest(self, *kinds: str) -> Paper | None:
        """The paper of these kinds that lasts longest; of those without an expiry the one issued last."""
        found = [one for one in self.papers if one.kind.lower() in kinds]
        return max(found, key=lambda one: (one.expires or one.issued or date.min, str(one.id)), default=None)


#: Codes of states as they stand in `license_region`, and their names as authorities write them.
STATES = dict(
    pair.split("=")
    for pair in (
        "AL=Alabama|AK=Alaska|AZ=Arizona|AR=Arkansas|CA=California|CO=Colorado|CT=Connecticut|DE=Delaware|"
        "DC=District of Columbia|FL=Florida|GA=Georgia|HI=Hawaii|ID=Idaho|IL=Illinois|IN=Indiana|IA=Iowa|KS=Kansas|"
        "KY=Kentucky|LA=Louisiana|ME=Maine|MD=Maryland|MA=Massachusetts|MI=Michigan|MN=Minnesota|MS=Mississippi|"
        "MO=Missouri|MT=Montana|NE=Nebraska|NV=Nevada|NH=New Hampshire|NJ=New Jersey|NM=New Mexico|NY=New York|"
        "NC=North Carolina|ND=North Dakota|OH=Ohio|OK=Oklahoma|OR=Oregon|PA=Pennsylvania|RI=Rhode Island|"
        "SC=South Carolina|SD=South Dakota|TN=Tennessee|TX=Texas|UT=Utah|VT=Vermont|VA=Virginia|WA=Washington|"
        "WV=West Virginia|WI=Wisconsin|WY=Wyoming"
    ).split("|")
)


def state_of(text: str | None) -> str | None:
    """The name of the state that a region or an authority names: `CA` and `California DMV` are California.

    Where no state is named, the text itself: other countries license drivers too.
    """
    words = (text or "").strip()
    if not words:
        return None
    if words.upper() in STATES:
        return STATES[words.upper()]
    lowered = words.lower()
    # The longest first: West Virginia is not Virginia.
    named = next(
        (name for name in sorted(STATES.values(), key=len, reverse=True) if name.lower() in lowered), None
    )
    if named:
        return named
    codes = [word for word in words.replace(",", " ").split() if word in STATES]
    return STATES[codes[0]] if codes else words
