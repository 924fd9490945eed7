"""Policies, procedures, training, onboarding, checklists and workflows."""

from motorpool.governance.models.checklists import ComplianceChecklist, ComplianceChecklistCompletion
from motorpool.governance.models.enforcement import PolicyExecution, PolicyViolation
from motorpool.governance.models.onboarding import OnboardingChecklist, OnboardingProgress, OnboardingTask
from motorpool.governance.models.policies import Policy, PolicyAcknowledgment, PolicyAssignment, PolicyVersion
from motorpool.governance.models.procedures import SopAssignment, SopCompletion, SopDocument
from motorpool.governance.models.training import TrainingAssignment, TrainingCompletion, TrainingModule
from motorpool.governance.models.workflows import WorkflowApproval, WorkflowDefinition, WorkflowInstance

__all__ = [
    "ComplianceChecklist",
    "ComplianceChecklistCompletion",
    "OnboardingChecklist",
    "OnboardingProgress",
    "OnboardingTask",
    "Policy",
    "PolicyAcknowledgment",
    "PolicyAssignment",
    "PolicyExecution",
    "PolicyVersion",
    "PolicyViolation",
    "SopAssignment",
    "SopCompletion",
    "SopDocument",
    "TrainingAssignment",
    "TrainingCompletion",
    "TrainingModule",
    "WorkflowApproval",
    "WorkflowDefinition",
    "WorkflowInstance",
]
