"""Hours of service of commercial drivers, 49 CFR 395: from a duty log to violations and clocks. No session, no clock.

`duty_log` checks what came in, `timeline` lays it out as rests and work, `pairing` chooses the split of sleeper-berth rests,
`driving_limits`, `breaks` and `cycle` find what was driven too much, `clocks` says what is left, `evaluation` is the door.
"""
