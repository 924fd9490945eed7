"""The pages for people, beside the API: what a browser gets."""

from motorpool.web.pages import accounts, collections, devices, home, search

route_handlers = [
    *home.route_handlers,
    *search.route_handlers,
    *devices.route_handlers,
    *accounts.route_handlers,
    *collections.route_handlers,
]
