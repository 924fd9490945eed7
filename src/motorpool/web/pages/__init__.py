"""The pages for people, beside the API: what a browser gets. `collections` makes those that every collection has."""

from motorpool.web.pages import (
    access,
    accounts,
    devices,
    exporting,
    home,
    importing,
    notifications,
    search,
)

route_handlers = [
    *home.route_handlers,
    *search.route_handlers,
    *notifications.route_handlers,
    *devices.route_handlers,
    *accounts.route_handlers,
    *access.route_handlers,
    *importing.route_handlers,
    *exporting.route_handlers,
]
