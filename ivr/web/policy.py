"""Who may reach an address. All is closed until a route says otherwise: one without a policy stops the start.

`public` is for anybody; `signed` for webhooks, which check the carrier's signature themselves; `machine` for scrapers,
which have a check of their own; role names for signed-in people. Policies are written at the view:

    @bp.get("/live")
    @policy("supervisor", "operator")
    def live() -> str: ...
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast, get_args

from flask import Flask

from ivr.services.ports import Role

View = TypeVar("View", bound=Callable[..., Any])

ROLES: frozenset[str] = frozenset(get_args(Role))
OPEN = frozenset({"public", "signed", "machine"})
_ATTRIBUTE = "__hotline_policy__"
_EXTENSION = "hotline_policies"

SIGNED_PREFIX = "/voice/"
"""Every address below it is a webhook: its views refuse what the carrier has not signed."""


class PolicyMissing(Exception):  # noqa: N818 - reads as what it says
    """Routes have no policy; the message names them all."""


def policy(*allowed: str) -> Callable[[View], View]:
    """Declare who may reach a view: one of `public`, `signed`, `machine`, or one or more roles."""
    _checked(allowed)

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, frozenset(allowed))
        return view

    return mark


def declare(app: Flask, endpoint: str, *allowed: str) -> None:
    """Declare the policy of a view somebody else wrote, such as Flask's own `static`."""
    _checked(allowed)
    app.extensions.setdefault(_EXTENSION, {})[endpoint] = frozenset(allowed)


def policies(app: Flask) -> Mapping[str, frozenset[str]]:
    """The policy of each endpoint. Raises PolicyMissing naming every route without one."""
    found: dict[str, frozenset[str]] = {}
    missing: list[str] = []
    for rule in app.url_map.iter_rules():
        allowed = _of(app, rule.endpoint, rule.rule)
        if allowed is None:
            missing.append(f"{rule.rule} ({rule.endpoint})")
        else:
            found[rule.endpoint] = allowed
    if missing:
        raise PolicyMissing("routes without a policy: " + ", ".join(sorted(missing)))
    return found


def _of(app: Flask, endpoint: str, rule: str) -> frozenset[str] | None:
    declared: Mapping[str, frozenset[str]] = app.extensions.get(_EXTENSION, {})
    if endpoint in declared:
        return declared[endpoint]
    written = getattr(app.view_functions.get(endpoint), _ATTRIBUTE, None)
    if written is not None:
        return cast("frozenset[str]", written)
    return frozenset({"signed"}) if rule.startswith(SIGNED_PREFIX) else None


def _checked(allowed: Iterable[str]) -> None:
    names = frozenset(allowed)
    if not names or not (names <= ROLES or (len(names) == 1 and names <= OPEN)):
        raise ValueError(
            f"policy{tuple(allowed)!r}: expected roles ({', '.join(sorted(ROLES))}) or one of {', '.join(sorted(OPEN))}"
        )
