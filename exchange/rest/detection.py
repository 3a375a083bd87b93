"""The machine detection parameters that Calls and Participants share (contract 4.1, O)."""

from exchange.orders import Detection
from exchange.rest import refusals
from exchange.rest.form import Form

LONGEST_TIMEOUT = 60
"""Pages of the carrier differ between 59 and 60 (?): the wider one is accepted."""


def detection(form: Form, hook: str, *, asynchronous: bool | None) -> Detection | None:
    """Whether and how to detect a machine. `hook`: the callback's parameter; `asynchronous`: fixed by the resource, or
    None where `AsyncAmd` decides. None where detection isn't asked for, or `SendDigits` switches it off.
    """
    mode = form.choice("MachineDetection", ("Enable", "DetectMessageEnd"))
    timeout = form.integer("MachineDetectionTimeout", 3, LONGEST_TIMEOUT)
    form.integer("MachineDetectionSpeechThreshold", 1000, 6000)
    form.integer("MachineDetectionSpeechEndThreshold", 500, 5000)
    form.integer("MachineDetectionSilenceTimeout", 2000, 10000)
    callback = form.hook(hook, f"{hook}Method")
    if asynchronous is not None and form.has("AsyncAmd"):
        raise refusals.invalid_parameter("AsyncAmd", "not supported on this resource", 21263)
    if mode is None or form.text("SendDigits"):
        return None
    if asynchronous and callback is None:
        raise refusals.missing_parameter(hook, 21262)
    wants_async = bool(form.boolean("AsyncAmd")) if asynchronous is None else asynchronous
    return Detection(mode, float(timeout or 30), wants_async, callback)
