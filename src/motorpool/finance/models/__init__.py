"""The tables of finance."""

from motorpool.finance.models.budgets import AccountingPeriod, BudgetAllocation, CostAllocation
from motorpool.finance.models.depreciation import DepreciationEntry, DepreciationSchedule
from motorpool.finance.models.fuel import FuelCard, FuelCardTransaction, FuelTransaction
from motorpool.finance.models.payables import Expense, Invoice, PaymentMethod, PurchaseOrder

__all__ = [
    "AccountingPeriod",
    "BudgetAllocation",
    "CostAllocation",
    "DepreciationEntry",
    "DepreciationSchedule",
    "Expense",
    "FuelCard",
    "FuelCardTransaction",
    "FuelTransaction",
    "Invoice",
    "PaymentMethod",
    "PurchaseOrder",
]
