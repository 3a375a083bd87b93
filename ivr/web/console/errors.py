"""What people see when something can't be shown. Webhooks and machines are left alone."""

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ivr.services.ports import HistoryDown, StoreDown
from ivr.web.api.problems import is_api, of_status, problem
from ivr.web.policy import SIGNED_PREFIX

_WORDS = {
    400: ("This request can't be read", "Go back and try again."),
    401: ("You are signed out", "Sign in to go on."),
    403: ("This isn't yours to see", "Your account's role does not reach this page. An operator can change it."),
    404: ("There is nothing here", "The address may be mistyped, or what was here is gone."),
    405: ("This address doesn't take that", "Go back and try again."),
    413: ("That was too much at once", "Send less and try again."),
    503: (
        "Hotline can't reach its store",
        "Calls are answered by the fallback meanwhile. This page comes back by itself.",
    ),
}
_OTHER = ("Something went wrong", "It has been logged. Try again; if it stays, tell whoever runs this server.")
_CSRF = ("This form is out of date", "It was made for another session, or sent by another site. Load the page again.")


def add(app: Flask) -> None:
    """Add the pages for errors."""

    def failed(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if is_api() and error.response is None:
            return problem("wrong_form_token") if isinstance(error, CSRFError) else of_status(code)
        return _page(code, _CSRF if isinstance(error, CSRFError) else _WORDS.get(code, _OTHER), error)

    def store_down(error: StoreDown | HistoryDown) -> ResponseReturnValue:
        if request.path.startswith(SIGNED_PREFIX):
            raise error
        if is_api():
            return problem("store_down")
        return _page(503, _WORDS[503], None)

    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(StoreDown, store_down)
    app.register_error_handler(HistoryDown, store_down)


def _page(code: int, words: tuple[str, str], error: HTTPException | None) -> ResponseReturnValue:
    plain = request.path.startswith(SIGNED_PREFIX) or not request.accept_mimetypes.accept_html
    if plain:
        return error if error is not None else Response(words[0] + "\n", code, mimetype="text/plain")
    if error is not None and error.response is not None:
        return error
    title, advice = words
    headers = {"Retry-After": "5"} if code == 503 else {}  # noqa: PLR2004 - HTTP's own number
    return render_template("console/error.html", title=title, advice=advice, code=code), code, headers
