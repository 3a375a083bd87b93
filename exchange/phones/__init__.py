"""Phones of the exchange: scripted (`scripted.py`), terminal and browser ones (`remote.py`, `routes.py`, `static/`).

Every phone is a `Handset` (`exchange/handset.py`). What a scripted phone does is data (`script.py`), read from YAML or
JSON (`decode.py`); `book.py` finds the phone a number rings.
"""
