"""Structured logs: one JSON object a line (or readable lines on a terminal), with no number and no secret in them.

Whatever is logged, by this program or by a library, passes `masked`: anything that looks like a telephone number keeps
its country code and last two digits (`+33******78`), and values of fields named like secrets, and the secrets given to
`configure`, become `[secret]`. It is a net under code that already takes care, not a licence to log numbers.
"""

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from ivr.core.mask import mask_text

_SECRET_LENGTH = 8
_TALKATIVE = ("twilio.http_client", "urllib3")
"""Libraries that write ten lines a request at INFO."""
SECRET = "[secret]"  # noqa: S105 - what a secret is replaced by
_SECRET_FIELD = re.compile(
    r"pass(word|wd|phrase)?$|secret|token|api_?key|authori[sz]ation|cookie|^pin(_|$)|signature|digits$", re.IGNORECASE
)

# Fields whose integers are times, sizes or counts: never a number somebody can be called at.
_FIGURES = re.compile(
    r"(_ms|_at|_us|_seconds|^seconds|_bytes|^bytes|_count|^count|^pid|^port|^status|^turn|^line_?no|^thread|^code|^at|^ts)$|^took"
)


class Masker:
    """A structlog processor: no number and no secret comes out whole, in whatever field, however deep."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        found = sorted(
            {re.escape(secret) for secret in secrets if len(secret) >= _SECRET_LENGTH}, key=len, reverse=True
        )
        self._secrets = re.compile("|".join(found)) if found else None

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """The event, masked."""
        del logger, method
        return {key: self._field(key, value) for key, value in event.items()}

    def _field(self, key: str, value: Any) -> Any:
        if key == "timestamp":
            return value
        if _SECRET_FIELD.search(key) and isinstance(value, str | bytes) and value:
            return SECRET
        if isinstance(value, int | float) and _FIGURES.search(key):
            return value
        return self._value(value)

    def _value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            text = str(value)
            return value if mask_text(text) == text else mask_text(text)
        if isinstance(value, Mapping):
            return {self._text(str(key)): self._field(str(key), item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(item) for item in value]
        if isinstance(value, bytes):
            value = value.decode(errors="replace")
        return self._text(value if isinstance(value, str) else repr(value))

    def _text(self, text: str) -> str:
        if self._secrets is not None:
            text = self._secrets.sub(SECRET, text)
        return mask_text(text)


def configure(level: str = "INFO", json: bool | None = None, *, secrets: Iterable[str] = ()) -> None:
    """Send every log of this process, structlog's and the standard library's, through one masked formatter to stderr.

    `json` None: JSON unless stderr is a terminal. `secrets` never appear whole (those under 8 characters are ignored).
    Raises ValueError for an unknown level. Calling it again replaces the earlier configuration.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"log level {level!r}: expected DEBUG, INFO, WARNING or ERROR")
    as_json = not sys.stderr.isatty() if json is None else json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, Masker(secrets), last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(number)
    logging.captureWarnings(True)
    for talkative in _TALKATIVE:
        logging.getLogger(talkative).setLevel(max(number, logging.WARNING))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; its keyword arguments become fields: `log.info("turn taken", call=sid, turn=3)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
