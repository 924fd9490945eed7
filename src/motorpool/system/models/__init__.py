"""The tables of system."""

from motorpool.system.models.retention import DataRetentionPolicy
from motorpool.system.models.scheduling import JobExecutionHistory, ScheduledJob
from motorpool.system.models.settings import FeatureFlag, SystemSetting
from motorpool.system.models.transfers import ExportJob, ImportJob, ImportRowError
from motorpool.system.models.views import ListView

__all__ = [
    "DataRetentionPolicy",
    "ExportJob",
    "FeatureFlag",
    "ImportJob",
    "ImportRowError",
    "JobExecutionHistory",
    "ListView",
    "ScheduledJob",
    "SystemSetting",
]
