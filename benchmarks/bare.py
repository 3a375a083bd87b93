"""What any Twilio application in Flask must at least do: read the form, answer a document. The base of the ratio.

It looks up the caller's key as the carrier's documentation shows, and answers a constant of a menu turn's length.
"""

from flask import Flask, Response, request

DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response>'
    '<Gather action="https://hotline.example.org/voice/turn/3#rc=2&amp;rp=ct,5xx" input="dtmf" timeout="6"'
    ' numDigits="1" finishOnKey="" actionOnEmptyResult="true"><Say language="fr-FR">Pour une demande'
    " nouvelle, tapez 1. Pour un dossier en cours, tapez 2. Pour revenir, tapez 0.</Say></Gather>"
    "<Redirect>https://hotline.example.org/voice/turn/3#rc=2&amp;rp=ct,5xx</Redirect></Response>"
)

app = Flask(__name__, static_folder=None)


@app.post("/voice/turn/<int:turn_no>")
def turn(turn_no: int) -> Response:  # noqa: ARG001 - the address has it
    """One form read, one constant document."""
    if not request.form["Digits"]:
        return Response(status=400)
    return Response(DOCUMENT, content_type="text/xml; charset=utf-8", headers={"Cache-Control": "no-store"})


@app.get("/healthz")
def healthz() -> str:
    """Up."""
    return "ok"
