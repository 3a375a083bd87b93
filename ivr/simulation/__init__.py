"""A day of a house without telephones: who calls, who answers, and what the lines made of it.

The lines are the real ones: the same definitions, the same `LineStore` with its scripts in a real Redis. Only the time,
the callers and the agents' hands are made up. Read next: `scenario.py` (what is played), `play.py` (how), `report.py`
(what comes of it).
"""
