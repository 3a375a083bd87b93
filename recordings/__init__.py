"""Recordings: fetched from the carrier, kept under random names, streamed by id, deleted.

The carrier's address of a recording is never handed out. File names, logs and jobs carry ids only; whose voice it is
stands in the history's database.
"""
