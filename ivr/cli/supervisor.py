"""supervisord's configuration for a stack's parts: restart always, stop as a group, logs that rotate."""

import configparser
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from ivr.cli.parts import Part


def write_supervisor_config(path: Path, parts: Sequence[Part], *, logs: Path) -> None:
    """Write the configuration to `path`; each part logs to `logs`/<name>.log."""
    logs.mkdir(parents=True, exist_ok=True)
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "logfile": str((logs / "supervisord.log").resolve()),
        "pidfile": str((path.parent / "supervisord.pid").resolve()),
        "childlogdir": str(logs.resolve()),
        "nodaemon": "true",
        "silent": "true",
    }
    if os.getuid() == 0:
        config["supervisord"]["user"] = "0"  # said on purpose: supervisord warns a root who didn't
    for part in parts:
        config[f"program:{part.name}"] = _program(part, logs)
    with path.open("w") as out:
        config.write(out)


def _program(part: Part, logs: Path) -> dict[str, str]:
    command = (sys.executable, "-m", "ivr.cli.part", *part.command)
    return {
        "command": _escape(shlex.join(command)),
        "process_name": "%(program_name)s-%(process_num)d" if part.count > 1 else "%(program_name)s",
        "numprocs": str(part.count),
        "priority": str(part.priority),
        "autorestart": "true",
        "startsecs": "0",
        "startretries": "1000000",
        "stopasgroup": "true",
        "killasgroup": "true",
        "stopwaitsecs": str(part.stop_seconds),
        "redirect_stderr": "true",
        "stdout_logfile": _escape(str((logs / f"{part.name}.log").resolve())),
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "3",
    }


def _escape(text: str) -> str:
    """supervisord expands %(name)s; a plain % is written twice."""
    return text.replace("%", "%%")
