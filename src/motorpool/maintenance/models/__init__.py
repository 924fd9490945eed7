"""The tables of maintenance."""

from motorpool.maintenance.models.defects import Defect
from motorpool.maintenance.models.parts import Part, PartStock, StockMovement
from motorpool.maintenance.models.schedules import RecurringMaintenanceSchedule
from motorpool.maintenance.models.shop import ServiceBay, ServiceBaySchedule, Technician
from motorpool.maintenance.models.work_order_lines import WorkOrderLabor, WorkOrderPart, WorkOrderTask
from motorpool.maintenance.models.work_orders import MaintenanceRecord, WorkOrderTemplate

__all__ = [
    "Defect",
    "MaintenanceRecord",
    "Part",
    "PartStock",
    "RecurringMaintenanceSchedule",
    "ServiceBay",
    "ServiceBaySchedule",
    "StockMovement",
    "Technician",
    "WorkOrderLabor",
    "WorkOrderPart",
    "WorkOrderTask",
    "WorkOrderTemplate",
]
