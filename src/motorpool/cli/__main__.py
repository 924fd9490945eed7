"""`python -m motorpool.cli`: how `run` starts its children with the same Python."""

from motorpool.cli import main

main(prog_name="motorpool")
