"""Test calls beside the flows: read, walked through the engine offline, compared with what was expected.

Start at `model.py` (what a test call is), then `stage.py` (the walk), `expect.py` and `run.py`.
"""
