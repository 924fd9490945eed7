"""Reports about trips: one module each, one statement each, the driver first."""

from motorpool.telematics.reports import (
    after_hours,
    fence_visits,
    idling,
    mileage,
    speeding,
    stops,
    trips,
    utilisation,
)
from motorpool.telematics.reports.report import Report

REPORTS: dict[str, Report] = {
    one.REPORT.name: one.REPORT
    for one in (trips, mileage, stops, idling, utilisation, after_hours, fence_visits, speeding)
}
