"""The API for other programs, JSON over HTTP (docs/api.md). The console's own pages use it as well. See `mount.py`."""
