"""`/prompts/<path>`: the operator's prompt files, for the carrier to play. Public: media are fetched unsigned."""

from pathlib import Path

from flask import Flask, Response, send_from_directory

from ivr.web.policy import policy

MAX_AGE_SECONDS = 3600


def register(app: Flask, folder: Path) -> None:
    """Mount the files below `folder`; nothing outside it can be reached."""
    root = folder.resolve()

    @app.get("/prompts/<path:name>")
    @policy("public")
    def prompt(name: str) -> Response:
        """One file; 404 where there is none."""
        return send_from_directory(root, name, max_age=MAX_AGE_SECONDS)
