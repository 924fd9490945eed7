"""Jobs: work that is done after the transaction that asks for it, by a worker, at least once.

`@job` names a function, `defer` puts a job into the caller's transaction, `run_jobs` is the worker.
Procrastinate does the queueing; nothing outside of this package knows that.
"""
