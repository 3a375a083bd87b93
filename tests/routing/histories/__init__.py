"""Random histories of a small centre in a real Redis, held against what must be true, always.

Callers, agents, workers, sweepers, supervisors, the carrier and their deaths take turns in any order (`events/`). After
every step the whole store is read (`moment.py`) and held against the seven invariants (`invariants/`). At the end of a
history somebody behaves, or nobody does (`endings.py`), and no call may be lost and no agent stuck.
"""
