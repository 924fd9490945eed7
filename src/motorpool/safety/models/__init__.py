"""The tables of safety."""

from motorpool.safety.models.accidents import AccidentReport
from motorpool.safety.models.compliance import ComplianceDocument, SafetyMeeting
from motorpool.safety.models.damage import DamageMark, DamageReport
from motorpool.safety.models.drivers import DriverTrainingRecord, DriverViolation
from motorpool.safety.models.drug_tests import DrugAlcoholTest
from motorpool.safety.models.duty_files import DutyFileImport, DutySupportingDocument
from motorpool.safety.models.hours_of_service import HoursOfServiceLog, UnassignedDriving
from motorpool.safety.models.incidents import CorrectiveAction, Incident, IncidentPerson, InjuryRecord
from motorpool.safety.models.inspections import InspectionForm, InspectionFormItem, SafetyInspection
from motorpool.safety.models.insurance import InsuranceClaim, InsurancePolicy
from motorpool.safety.models.meetings import MeetingAttendee, MeetingQuestion, MeetingQuizAttempt
from motorpool.safety.models.osha import OshaYear

__all__ = [
    "AccidentReport",
    "ComplianceDocument",
    "CorrectiveAction",
    "DamageMark",
    "DamageReport",
    "DriverTrainingRecord",
    "DriverViolation",
    "DrugAlcoholTest",
    "DutyFileImport",
    "DutySupportingDocument",
    "HoursOfServiceLog",
    "Incident",
    "IncidentPerson",
    "InjuryRecord",
    "InspectionForm",
    "InspectionFormItem",
    "InsuranceClaim",
    "InsurancePolicy",
    "MeetingAttendee",
    "MeetingQuestion",
    "MeetingQuizAttempt",
    "OshaYear",
    "SafetyInspection",
    "SafetyMeeting",
    "UnassignedDriving",
]
