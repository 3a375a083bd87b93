"""What REST refuses, with the carrier's codes (contract 7; O unless marked). Each function makes one error to raise."""

from exchange.errors import ExchangeError

MORE_INFO = "https://www.twilio.com/docs/errors/"
NOT_FOUND = 20404
UNAUTHORIZED = 401


def body_of(error: ExchangeError) -> dict[str, object]:
    """The JSON of an error: `code`, `message`, `more_info`, `status`."""
    return {
        "code": error.code,
        "message": error.message,
        "more_info": f"{MORE_INFO}{error.code}",
        "status": error.http_status,
    }


def unauthenticated() -> ExchangeError:
    """20003: no credentials, or wrong ones."""
    return ExchangeError(20003, "Authenticate", 401)


def no_such_address(path: str) -> ExchangeError:
    """20404: nothing lives at this address."""
    return ExchangeError(20404, f"The requested resource {path} was not found", 404)


def method_not_allowed() -> ExchangeError:
    """20004: the address exists, the method doesn't."""
    return ExchangeError(20004, "Method not allowed", 405)


def too_many_requests() -> ExchangeError:
    """20429: refused before anything was done; safe to retry."""
    return ExchangeError(20429, "Too Many Requests", 429)


def internal() -> ExchangeError:
    """20500: something broke; the request may or may not have been acted upon."""
    return ExchangeError(20500, "An internal server error has occurred", 500)


def invalid_parameter(name: str, value: object, code: int = 20001) -> ExchangeError:
    """20001, or a parameter's own code: a value out of its documented range."""
    return ExchangeError(code, f"Invalid {name}: {value}")


def missing_parameter(name: str, code: int = 20001) -> ExchangeError:
    """20001, or a parameter's own code: a required parameter isn't there."""
    return ExchangeError(code, f"Required parameter {name} is missing")
