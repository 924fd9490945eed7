"""The tables of maintenance."""

from motorpool.maintenance.models.defects import Defect, DefectSighting
from motorpool.maintenance.models.parts import Part, PartStock, PurchaseSuggestion, StockMovement
from motorpool.maintenance.models.schedules import (
    MaintenanceScheduleEvent,
    RecurringMaintenanceSchedule,
    ServiceProgram,
)
from motorpool.maintenance.models.shop import (
    ServiceBay,
    ServiceBaySchedule,
    Technician,
    TechnicianAbsence,
    TechnicianShift,
)
from motorpool.maintenance.models.work_order_lines import WorkOrderLabor, WorkOrderPart, WorkOrderTask
from motorpool.maintenance.models.work_orders import MaintenanceRecord, WorkOrderTemplate

__all__ = [
    "Defect",
    "DefectSighting",
    "MaintenanceRecord",
    "MaintenanceScheduleEvent",
    "Part",
    "PartStock",
    "PurchaseSuggestion",
    "RecurringMaintenanceSchedule",
    "ServiceBay",
    "ServiceBaySchedule",
    "ServiceProgram",
    "StockMovement",
    "Technician",
    "TechnicianAbsence",
    "TechnicianShift",
    "WorkOrderLabor",
    "WorkOrderPart",
    "WorkOrderTask",
    "WorkOrderTemplate",
]
