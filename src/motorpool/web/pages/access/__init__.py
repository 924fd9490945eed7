"""Who may do what: roles, people's access, API tokens, one's own account, members of groups."""

from motorpool.web.pages.access import account, groups, roles, tokens, users

route_handlers = [
    *roles.route_handlers,
    *users.route_handlers,
    *tokens.route_handlers,
    *account.route_handlers,
    *groups.route_handlers,
]
