"""Load: many scripted callers dial in by a plan, and what became of each is read from the exchange's own timelines."""
