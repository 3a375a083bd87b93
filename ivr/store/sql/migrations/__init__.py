"""The way from an empty database to `schema.py`, version by version; run by `ivr.store.sql.migrate`."""
