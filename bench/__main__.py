"""Run the benchmarks: `python -m bench [a b c d e f g h o p s] [--full]`. Prints Markdown; `--full` takes half an hour."""

from __future__ import annotations

import argparse
import subprocess
from datetime import UTC, datetime

from bench import (
    derivation,
    duty_logs,
    fences,
    history,
    import_file,
    ingest_http,
    kernel,
    osmand,
    service_year,
    shop_plan,
    vrp,
)
from bench.place import place
from bench.table import Row, render


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="which; all when left out")
    parser.add_argument("--full", action="store_true", help="full sizes: 5 rounds, 90 days of history")
    arguments = parser.parse_args()
    parts = arguments.parts or ["a", "b", "c", "d", "e", "f", "g", "h", "o", "p", "s"]
    rounds = 5 if arguments.full else 3
    rows: list[Row] = []
    texts: list[str] = []
    with place() as where:
        head = f"{datetime.now(UTC):%Y-%m-%d}, commit {commit()}; {where.describe()}"
        print(head, flush=True)
        if "a" in parts:
            rows += ingest_http.measure(where, rounds, 200_000 if arguments.full else 60_000)
        if "b" in parts:
            rows += import_file.measure(where, rounds, 400_000 if arguments.full else 150_000)
        if "c" in parts:
            rows += osmand.measure(where, rounds, 20_000 if arguments.full else 8_000)
    if "d" in parts:
        with place() as where:
            texts.append(history.measure(where, 90 if arguments.full else 5, 200 if arguments.full else 60))
    if "e" in parts:
        with place() as where:
            made, text = kernel.measure(where, rounds, 6_000 if arguments.full else 2_000)
            rows += made
            texts.append(text)
    if "f" in parts:
        texts.append(vrp.measure())
    if "g" in parts:
        made, text = fences.measure(rounds, 1_000_000 if arguments.full else 200_000)
        rows += made
        texts.append(text)
    if "h" in parts:
        with place() as where:
            made, text = derivation.measure(where, rounds, 400_000 if arguments.full else 100_000)
            rows += made
            texts.append(text)
    if "o" in parts:
        texts.append(duty_logs.measure(1_000, rounds))
    if "p" in parts:
        texts.append(shop_plan.measure(full=arguments.full))
    if "s" in parts:
        with place() as where:
            texts.append(
                service_year.measure(where, 500 if arguments.full else 40, 366 if arguments.full else 60)
            )
    if rows:
        print("\n" + render(rows))
    print("\n".join(["", *texts]))


def commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
