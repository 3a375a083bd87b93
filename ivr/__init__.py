"""Hotline, the application.

Where to begin reading: `core/flow/turn.py` (what a turn is), `core/flow/engine.py` (how one is decided),
`services/conversation.py` (how a webhook becomes a turn), `services/dispatch.py` (how a waiting call reaches an agent),
`web/voice.py` (the carrier's addresses), `wiring.py` (how it is put together). `docs/architecture.md` walks through it.
"""
