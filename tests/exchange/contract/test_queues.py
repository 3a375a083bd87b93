"""Queues and their members through the `twilio` library."""

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.exchange.contract.conftest import Setup
from tests.exchange.contract.webhook_app import eventually


def enqueue(setup: Setup, name: str, count: int = 1) -> list[str]:
    """`count` live calls waiting in the queue of that name, in order."""
    setup.app.answers["/enqueue"] = (
        f'<Response><Enqueue waitUrl="/wait" action="/left">{name}</Enqueue><Hangup/></Response>'
    )
    waiting = []
    for _ in range(count):
        waiting.append(setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/enqueue")).sid)
        setup.app.wait("/wait", len(waiting))
    return waiting


def queue_sid(setup: Setup, name: str) -> str:
    """Found by listing, since queues are addressed by SID only."""
    return next(queue.sid for queue in setup.client.queues.list() if queue.friendly_name == name)


def test_created_queue_is_fetched_changed_and_deleted(setup: Setup) -> None:
    queue = setup.client.queues.create("Règlements", max_size=7)

    fetched = setup.client.queues(queue.sid).fetch()
    assert (fetched.friendly_name, fetched.max_size) == ("Règlements", 7)
    assert (fetched.current_size, fetched.average_wait_time) == (0, 0)
    changed = setup.client.queues(queue.sid).update(friendly_name="Factures", max_size=5000)
    assert (changed.friendly_name, changed.max_size) == ("Factures", 5000)
    assert setup.client.queues(queue.sid).delete()
    assert setup.client.queues.list() == []


def test_default_size_is_a_thousand(setup: Setup) -> None:
    assert setup.client.queues.create("x").max_size == 1000


@pytest.mark.direct
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"friendly_name": "x" * 65}, 22000),
        ({"friendly_name": ""}, 22000),
        ({"max_size": 5001}, 20001),
        ({"max_size": "many"}, 20001),
    ],
)
def test_refused_queues(setup: Setup, change: dict[str, object], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        setup.client.queues.create(**({"friendly_name": "x"} | change))

    assert (refused.value.code, refused.value.status) == (code, 400)
    assert setup.client.queues.list() == []


def test_name_is_taken_once(setup: Setup) -> None:
    setup.client.queues.create("x")
    with pytest.raises(TwilioRestException) as refused:
        setup.client.queues.create("x")

    assert refused.value.code == 22003


def test_members_stand_in_order(setup: Setup) -> None:
    first, second = enqueue(setup, "support", 2)
    members = setup.client.queues(queue_sid(setup, "support")).members

    assert [(member.call_sid, member.position) for member in members.list()] == [(first, 1), (second, 2)]
    front, named = members("Front").fetch(), members(second).fetch()
    assert (front.call_sid, front.position) == (first, 1)
    assert (named.call_sid, named.position) == (second, 2)
    assert front.wait_time >= named.wait_time >= 0
    assert setup.client.queues(front.queue_sid).fetch().current_size == 2


def test_front_member_is_sent_elsewhere_and_its_action_told(setup: Setup) -> None:
    first, second = enqueue(setup, "support", 2)
    queue = setup.client.queues(queue_sid(setup, "support"))

    taken = queue.members("Front").update(url=setup.at("/connect"))

    assert (taken.call_sid, taken.position) == (first, 1)
    (request,) = setup.app.wait("/connect")
    assert request.form["CallSid"] == first
    (action,) = setup.app.wait("/left")
    assert action.form["QueueResult"] == "redirected"
    assert [member.call_sid for member in queue.members.list()] == [second]


def test_member_is_taken_by_its_call(setup: Setup) -> None:
    first, second = enqueue(setup, "support", 2)
    queue = setup.client.queues(queue_sid(setup, "support"))

    queue.members(second).update(url=setup.at("/connect"), method="GET")

    (request,) = setup.app.wait("/connect")
    assert (request.form["CallSid"], request.method) == (second, "GET")
    assert [member.call_sid for member in queue.members.list()] == [first]


def test_member_who_hung_up_is_not_there(setup: Setup) -> None:
    (gone,) = enqueue(setup, "support")
    queue = setup.client.queues(queue_sid(setup, "support"))
    setup.hang_up(gone)
    eventually(lambda: queue.fetch().current_size == 0)

    for who in (gone, "Front"):
        with pytest.raises(TwilioRestException) as missing:
            queue.members(who).update(url=setup.at("/connect"))
        assert (missing.value.code, missing.value.status) == (20404, 404)
    assert setup.app.at("/connect") == []


def test_queue_with_members_is_not_deleted(setup: Setup) -> None:
    enqueue(setup, "support")
    with pytest.raises(TwilioRestException) as refused:
        setup.client.queues(queue_sid(setup, "support")).delete()

    assert refused.value.code == 22002


def test_call_redirected_by_its_own_resource_leaves_too(setup: Setup) -> None:
    (call,) = enqueue(setup, "support")

    setup.client.calls(call).update(url=setup.at("/elsewhere"))

    setup.app.wait("/elsewhere")
    (action,) = setup.app.wait("/left")
    assert action.form["QueueResult"] == "redirected"
    assert setup.client.queues(queue_sid(setup, "support")).members.list() == []
