"""Signing in and out."""

from urllib.parse import urlsplit

import structlog
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ivr.web.auth import auth_of, sign_in, sign_out
from ivr.web.policy import policy

log = structlog.stdlib.get_logger(__name__)

_LONGEST_NAME = 100
_LONGEST_PASSWORD = 500


def add(blueprint: Blueprint) -> None:
    """Add the pages to the console's blueprint."""

    @blueprint.get("/sign-in", endpoint="sign_in")
    @policy("public")
    def sign_in_page() -> ResponseReturnValue:
        """The form; straight on for somebody who is signed in."""
        if current_user.is_authenticated:
            return redirect(_after())
        return render_template("console/sign-in.html", after=request.args.get("next", ""))

    @blueprint.post("/sign-in")
    @policy("public")
    def sign_in_form() -> ResponseReturnValue:
        """Sign in: 303 on, 401 with one answer for whatever was wrong, 429 after too many tries."""
        auth = auth_of(current_app)
        name = request.form.get("name", "").strip()[:_LONGEST_NAME]
        password = request.form.get("password", "")[:_LONGEST_PASSWORD]
        wait = auth.attempts.refused(name, request.remote_addr or "unknown")
        if wait:
            log.warning("sign-in refused: too many tries", account=name, address=request.remote_addr, wait_seconds=wait)
            page = render_template("console/sign-in.html", after=_wanted(), name=name, wait_minutes=-(-wait // 60))
            return page, 429, {"Retry-After": str(wait)}
        account = auth.site.accounts.check(name, password)
        if account is None:
            log.warning("sign-in failed", account=name, address=request.remote_addr)
            return render_template("console/sign-in.html", after=_wanted(), name=name, wrong=True), 401
        auth.attempts.forgive(name)
        sign_in(account)
        log.info("signed in", account=account.id, role=account.role, address=request.remote_addr)
        return redirect(_after(), 303)

    @blueprint.post("/sign-out")
    @policy("agent", "supervisor", "operator")
    def sign_out_form() -> ResponseReturnValue:
        """End this session; with `everywhere`, all of this account's."""
        account = current_user.id
        if request.form.get("everywhere"):
            auth_of(current_app).sessions.revoke(account)
        sign_out()
        log.info("signed out", account=account)
        return redirect(url_for("console.sign_in"), 303)


def _wanted() -> str:
    return request.form.get("next", "") or request.args.get("next", "")


def _after() -> str:
    """Where to go once signed in: an address on this very server, else the start."""
    wanted = _wanted()
    parts = urlsplit(wanted)
    # Browsers drop tabs and line ends and read a backslash as a slash, which would make another server's address of it.
    plain = wanted.isprintable() and "\\" not in wanted
    local = plain and wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    return wanted if local else url_for("console.home")
