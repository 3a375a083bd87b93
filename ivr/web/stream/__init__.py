"""The console's event streams: one reader of Redis, many browsers. Run as a process of its own (`ivr.events_app`)."""
