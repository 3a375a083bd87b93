"""Dial to phones: in parallel or one after the other, the first to answer wins (contract 3.6, D)."""

from dataclasses import dataclass, field

from exchange.bridge import Bridge
from exchange.handset import Sound
from exchange.leg import Goto, HungUp, Leg, Redirected
from exchange.orders import Detection, RecordingOrder
from exchange.player import SCREENING, Player
from exchange.records import Call, CallStatus, Recording, StatusHook
from exchange.ringing import detect, ring, send_digits
from exchange.twiml.dial import Dial
from exchange.twiml.dial_nouns import Target, number
from exchange.webhooks.client import FetchError
from exchange.webhooks.pages import Page

_WORST_FIRST: tuple[CallStatus, ...] = ("no-answer", "busy", "canceled", "failed")


class _CallerIdError(Exception):
    """The caller id may not be used."""


@dataclass(slots=True)
class _Attempt:
    """One Dial: its legs, who answered first, and how it went."""

    parent: Leg
    children: list[Leg] = field(default_factory=list)
    winner: Leg | None = None
    ready: bool = False
    bridge: Bridge | None = None
    moved_away: bool = False

    @property
    def hopeless(self) -> bool:
        """Nobody is left who might answer."""
        return self.winner is None and all(child.call.ended for child in self.children)

    @property
    def decided(self) -> bool:
        """There is somebody to talk to, or there won't be."""
        if self.winner is not None:
            return self.ready or self.winner.call.ended or self.moved_away
        return self.hopeless

    def drop(self, status: CallStatus, reason: str, *, keep: Leg | None = None) -> None:
        """End every leg but `keep`; a talking one is `completed`."""
        for child in self.children:
            if child is not keep and not child.call.ended:
                child.end("completed" if child.answered_at is not None else status, reason)


async def perform(player: Player, verb: Dial, page: Page) -> Goto | None:
    """Ring, screen, bridge; then the action, or the next verb."""
    leg, switch = player.leg, player.switch
    if not (verb.answer_on_bridge and player.first_verb):
        leg.up()
    try:
        caller_id = _caller_id(player, verb)
    except _CallerIdError as error:
        switch.desk.alert(13214, str(error), leg, page.hook.url if page.hook else "")
        return player.action(
            page, verb.action, verb.method, "dial", {"DialCallStatus": "failed", "DialBridged": "false"}
        )
    rounds = [[target] for target in verb.targets] if verb.sequential else [list(verb.targets)]
    attempt = _Attempt(leg)
    recording: Recording | None = None
    try:
        for targets in rounds:
            attempt = _Attempt(leg)
            recording = await _round(player, verb, page, attempt, targets, caller_id=caller_id)
            if attempt.winner is not None:
                break
    except (HungUp, Redirected) as interruption:
        _interrupted(player, verb, page, attempt, interruption)
        raise
    finally:
        attempt.drop("canceled", "the caller's Dial is over")
    if recording is not None:
        switch.recordings.finish(recording)
    return player.action(page, verb.action, verb.method, "dial", _outcome(player, attempt, recording))


async def _round(
    player: Player, verb: Dial, page: Page, attempt: _Attempt, targets: list[Target], *, caller_id: str
) -> Recording | None:
    """Ring some phones at once; True to its word when one has been talked to or none will answer."""
    leg, switch = player.leg, player.switch
    for target in targets:
        child = _child(player, target, page, caller_id)
        attempt.children.append(child)
        switch.start(child, _live(child, target, page, attempt, verb))
    leg.tell(Sound("ring"))
    recording = _record(player, verb, page, attempt) if verb.record.startswith("record-from-ringing") else None
    if not await leg.until(lambda: attempt.decided, None):
        return recording
    attempt.drop("no-answer", "somebody else answered or nobody did", keep=attempt.winner)
    if attempt.winner is None or not attempt.ready or attempt.winner.call.ended:
        return recording
    leg.up()
    bridge = attempt.bridge = Bridge(leg, attempt.winner)
    attempt.winner.ring_bell()
    if verb.record and recording is None:
        recording = _record(player, verb, page, attempt)
    elif recording is not None:
        switch.recordings.tap(recording, attempt.winner, 1)
    await _talk(leg, verb, bridge)
    bridge.end()
    return recording


async def _talk(leg: Leg, verb: Dial, bridge: Bridge) -> None:
    from exchange.verbs.dial import StarKey

    star = StarKey()
    if verb.hangup_on_star:
        leg.ear = star
    try:
        await leg.until(lambda: bridge.over or star.pressed, verb.time_limit)
    finally:
        leg.ear = None


def _record(player: Player, verb: Dial, page: Page, attempt: _Attempt) -> Recording:
    hook = None
    if verb.recording_url:
        target = page.resolve(verb.recording_url, verb.recording_method)
        hook = StatusHook(target.url, target.method, verb.recording_events)
    order = RecordingOrder(2 if verb.record.endswith("dual") else 1, verb.recording_track, verb.trim, hook)
    taps = [(player.leg, 0, False)] + ([(attempt.winner, 1, False)] if attempt.winner is not None else [])
    recording = player.switch.recordings.begin(player.leg.call.sid, "DialVerb", order, taps)
    for leg, _, _ in taps:
        leg.on_end.append(lambda: player.switch.recordings.finish(recording))
    return recording


def _caller_id(player: Player, verb: Dial) -> str:
    """The number the callees see. Raises _CallerIdError (13214)."""
    call = player.leg.call
    phones = any(not target.to.startswith("client:") for target in verb.targets)
    if not verb.caller_id:
        if call.from_number.startswith("client:") and phones and call.direction == "inbound":
            raise _CallerIdError("a client's Dial to a number needs a callerId")
        return call.from_number
    if verb.caller_id.startswith("client:") and not phones:
        return verb.caller_id
    wanted = number(verb.caller_id) or verb.caller_id
    if (
        wanted in player.switch.numbers
        or wanted in player.switch.verified
        or wanted in {call.from_number, call.to_number}
    ):
        return wanted
    raise _CallerIdError(f"callerId {verb.caller_id!r} is no number of this account, not verified, not of this call")


def _child(player: Player, target: Target, page: Page, caller_id: str) -> Leg:
    status = None
    if target.status_url:
        hook = page.resolve(target.status_url, target.status_method)
        status = StatusHook(hook.url, hook.method, target.status_events)
    call = Call(
        player.switch.ids.call(), player.switch.account_sid, caller_id, target.to, "outbound-dial",
        parent_sid=player.leg.call.sid, status_hook=status, extra=dict(target.parameters),
    )  # fmt: skip
    return player.switch.new_leg(call)


async def _live(child: Leg, target: Target, page: Page, attempt: _Attempt, verb: Dial) -> None:
    """A dialled leg: ring, screening, the bridge; or its own way, once REST sent it elsewhere."""
    player = Player(child)
    try:
        try:
            await ring(child, verb.timeout + child.switch.behaviour.extra_dial_seconds)
            if attempt.winner is not None:
                child.end("completed", "somebody else answered first")
                return
            attempt.winner = child
            attempt.drop("canceled", "somebody else answered", keep=child)
            await _screen(player, target, page)
            attempt.ready = True
            attempt.parent.ring_bell()
            await child.until(lambda: attempt.bridge is not None and attempt.bridge.over)
        finally:
            attempt.parent.ring_bell()
    except Redirected as redirected:
        # The child goes its own way; the parent's Dial is over (contract 4.2, M).
        attempt.moved_away = True
        if child in attempt.children:
            attempt.children.remove(child)
        if attempt.bridge is not None:
            attempt.bridge.end()
        attempt.parent.ring_bell()
        await player.run(redirected.goto)
        return
    except FetchError as error:
        player.report(error)
    child.end("completed", "the Dial is over")
    attempt.parent.ring_bell()


async def _screen(player: Player, target: Target, page: Page) -> None:
    """What the callee hears, and may refuse, before the bridge."""
    child = player.leg
    await send_digits(child, target.send_digits)
    if target.detection and target.amd_url:
        # Asynchronous always, on the nouns (contract 4.1).
        hook = page.resolve(target.amd_url, target.amd_method)
        await detect(child, Detection(target.detection, target.detection_timeout, asynchronous=True, hook=hook))
    if target.url:
        await player.scene(Goto(page.resolve(target.url, target.method), kind="screening"), SCREENING)


def _outcome(player: Player, attempt: _Attempt, recording: Recording | None) -> dict[str, str]:
    """What the action is told."""
    fields = {"DialBridged": "true" if attempt.bridge is not None else "false"}
    winner = attempt.winner
    if winner is not None:
        fields |= {"DialCallStatus": "completed", "DialCallSid": winner.call.sid}
        if not attempt.moved_away:
            seconds = attempt.bridge.seconds if attempt.bridge is not None else 0
            fields["DialCallDuration"] = str(seconds)
    else:
        statuses = {child.call.status for child in attempt.children}
        fields["DialCallStatus"] = next((status for status in _WORST_FIRST if status in statuses), "failed")
        if attempt.children:
            fields |= {"DialCallSid": attempt.children[-1].call.sid, "DialCallDuration": "0"}
    if recording is not None:
        fields |= {"RecordingUrl": player.switch.recordings.url(recording.sid), "RecordingSid": recording.sid}
        fields["RecordingDuration"] = str(max(0, recording.duration))
    return fields


def _interrupted(player: Player, verb: Dial, page: Page, attempt: _Attempt, interruption: Exception) -> None:
    """The caller hung up, or REST sent the call elsewhere: end the legs, and request the action all the same."""
    redirected = isinstance(interruption, Redirected)
    behaviour = player.switch.behaviour
    talked = attempt.bridge is not None
    if attempt.bridge is not None:
        attempt.bridge.end()
    attempt.drop("canceled", "the caller hung up" if not redirected else "the caller was sent elsewhere")
    fields = _outcome(player, attempt, None)
    if not talked and not redirected:
        if not behaviour.dial_action_after_ringing_hang_up:
            return
        fields["DialCallStatus"] = behaviour.dial_status_after_ringing_hang_up
    elif redirected:
        fields["DialCallStatus"] = "completed" if talked else "canceled"
    player.owe(player.action(page, verb.action, verb.method, "dial", fields), redirected=redirected)
