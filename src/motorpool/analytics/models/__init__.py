"""The tables of analytics."""

from motorpool.analytics.models.dashboards import AnalyticsCache, Dashboard
from motorpool.analytics.models.reports import ReportExecution, SavedReport
from motorpool.analytics.models.targets import BenchmarkData, KpiTarget

__all__ = ["AnalyticsCache", "BenchmarkData", "Dashboard", "KpiTarget", "ReportExecution", "SavedReport"]
