"""Where things are for commands: by the environment, else as the stack running beside them has it, else by default."""

import json
import os
from pathlib import Path

ACTOR = "command line"


def setting(name: str) -> str:
    """A setting by its environment variable: set here, else by the stack running here, else its default."""
    if name in os.environ:
        return os.environ[name]
    kept = Path(os.environ.get("HOTLINE_VAR", "var")) / "run" / "env.json"
    try:
        found = json.loads(kept.read_text()).get(name)
    except (OSError, ValueError):
        found = None
    from ivr.settings import Settings  # slow to import, and most commands are given what they ask for

    field = Settings.model_fields[name.lower()]
    return str(found if found is not None else "" if field.is_required() else field.default)
