"""The demonstration fleet: real recordings, replayed every day as if they happened now.

`load`, `sign_in`, `new_password` and `remove` are what the command line calls, before any event loop runs.
"""

from motorpool.demo.loading import load, load_demo, remove
from motorpool.demo.password import new_password, sign_in

__all__ = ["load", "load_demo", "new_password", "remove", "sign_in"]
