"""Whole numbers in addresses, of a size a program counts to. Longer ones name nothing: 404, as for any such address."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class Counted(IntegerConverter):
    """`<int:n>` of at most 15 digits. Python reads no number of thousands of digits, and says so by an error."""

    regex = r"\d{1,15}"


def bound(app: Flask) -> None:
    """Let all addresses registered from now on have no others."""
    app.url_map.converters = {**app.url_map.converters, "int": Counted}
