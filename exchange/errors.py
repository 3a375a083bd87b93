"""What the exchange refuses, in the carrier's own codes."""


class ExchangeError(Exception):
    """A refused request: `code` from the carrier's error dictionary, `http_status` as REST shows it."""

    def __init__(self, code: int, message: str, http_status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http_status = http_status


def not_found(what: str) -> ExchangeError:
    """The carrier's 20404 for a resource that isn't (or is no longer) there."""
    return ExchangeError(20404, f"The requested resource {what} was not found", 404)
