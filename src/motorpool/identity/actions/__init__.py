"""What changes tenants, people and their rights. Each action runs in the caller's transaction and never
commits.
"""
