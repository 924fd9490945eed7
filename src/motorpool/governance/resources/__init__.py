"""What the governance domain offers."""

from motorpool.governance.resources import (
    checklists,
    enforcement,
    onboarding,
    policies,
    procedures,
    training,
    workflows,
)

RESOURCES = (
    *policies.RESOURCES,
    *enforcement.RESOURCES,
    *procedures.RESOURCES,
    *training.RESOURCES,
    *checklists.RESOURCES,
    *onboarding.RESOURCES,
    *workflows.RESOURCES,
)
