"""Plans of the shop: which job when, in which bay, by whom. The same problem for the solver and for the simple planner."""
