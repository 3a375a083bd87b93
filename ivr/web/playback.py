"""`/playback/...`: a caller's own recording, for the carrier to play to them. Media are fetched unsigned."""

from collections.abc import Callable

from flask import Flask, Response, abort

from ivr.web.policy import policy

NOT_FOUND = 404


def register(app: Flask, audio: Callable[[str, str, str], bytes | None]) -> None:
    """Mount it; `audio(call, recording, proof)` answers None for an address that isn't ours or no longer."""

    @app.get("/playback/<call>/<recording>/<proof>.wav")
    @policy("public")
    def playback(call: str, recording: str, proof: str) -> Response:
        """The audio; 404 to everybody who wasn't given the address, and after the call."""
        found = audio(call, recording, proof)
        if found is None:
            abort(NOT_FOUND)
        return Response(found, mimetype="audio/x-wav", headers={"Cache-Control": "no-store"})
