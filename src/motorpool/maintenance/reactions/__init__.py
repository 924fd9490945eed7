"""What follows from changes of the shop's rows and of those that the shop acts on. One module a subject; each is named here."""

from motorpool.maintenance.reactions import bookings, defects, orders, schedules, stock

__all__ = ["bookings", "defects", "orders", "schedules", "stock"]
