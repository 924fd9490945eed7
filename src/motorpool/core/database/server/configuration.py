"""The server's configuration file, tuned modestly to the machine: other programs live here too."""

from __future__ import annotations

import os
from pathlib import Path

MEGABYTE = 1024 * 1024

HBA = """\
# Written by Motorpool. There is no TCP listener; the socket's folder is closed to other users, and every role
# still needs its password.
local all all scram-sha-256
local replication postgres scram-sha-256
"""


def machine_memory_mb() -> int:
    """Memory that this process may use, in megabytes: the machine's, or its control group's if that is
    less.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit_file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            memory = min(memory, int(Path(limit_file).read_text()))
        except (OSError, ValueError):
            continue
    return memory // MEGABYTE


def configuration(socket_folder: Path, memory_mb: int, *, fast: bool = False) -> str:
    """Text of `motorpool.conf`. `fast` gives up safety against crashes; it is for tests only."""
    values: dict[str, str] = {
        "listen_addresses": "''",
        "port": "5432",
        "unix_socket_directories": _quoted(str(socket_folder)),
        "unix_socket_permissions": "0700",
        # The tests start a web server for each folder that needs one.
        "max_connections": "400" if fast else "100",
        # A restore creates every table, partition and index in one transaction and holds a lock on each.
        "max_locks_per_transaction": "256",
        "password_encryption": "'scram-sha-256'",
        "shared_preload_libraries": "'pg_stat_statements'",
        "shared_buffers": f"{_between(memory_mb // 8, 128, 1024)}MB",
        "effective_cache_size": f"{_between(memory_mb // 2, 256, 65536)}MB",
        "maintenance_work_mem": f"{_between(memory_mb // 32, 64, 512)}MB",
        "work_mem": f"{_between(memory_mb // 512, 4, 32)}MB",
        "wal_compression": "'pglz'",
        "min_wal_size": "128MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        # Short statements over many partitions: compiling them costs more than it saves.
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        # A file per weekday, overwritten a week later, so that the log cannot fill the disk over months.
        "logging_collector": "on",
        "log_directory": "'../log'",
        "log_filename": "'server-%a.log'",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_line_prefix": "'%m [%p] %q%u@%d '",
        "log_min_duration_statement": "'5s'",
    }
    if fast:
        values |= {
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "autovacuum_naptime": "'5min'",
            "shared_buffers": "128MB",
        }
    lines = [f"{name} = {value}" for name, value in values.items()]
    header = "# Written by Motorpool at each start; your own values belong into ALTER SYSTEM, which wins."
    return "\n".join([header, *lines, ""])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
