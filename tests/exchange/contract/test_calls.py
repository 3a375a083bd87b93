"""Calls through the `twilio` library, directly and through the validating proxy."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.exchange.contract.conftest import Setup
from tests.exchange.contract.webhook_app import HOLDING, eventually

ALL_EVENTS = ["initiated", "ringing", "answered", "completed"]


def test_created_call_is_queued_then_runs_its_document(setup: Setup) -> None:
    call = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"))

    assert re.fullmatch(r"CA[0-9a-f]{32}", call.sid)
    assert (call.status, call.direction, call.to, call._from) == ("queued", "outbound-api", setup.callee, setup.own)
    assert call.uri == f"/2010-04-01/Accounts/{setup.account_sid}/Calls/{call.sid}.json"
    assert call.subresource_uris["recordings"].endswith(f"/Calls/{call.sid}/Recordings.json")
    assert (call.duration, call.end_time, call.answered_by, call.parent_call_sid) == (None, None, None, None)
    (request,) = setup.app.wait("/answer")
    assert request.method == "POST"
    assert (request.form["CallSid"], request.form["CallStatus"], request.form["Direction"]) == (
        call.sid, "in-progress", "outbound-api",
    )  # fmt: skip
    assert setup.status(call.sid) == "in-progress"


def test_inline_document_needs_no_address(setup: Setup) -> None:
    call = setup.client.calls.create(to=setup.callee, from_=setup.own, twiml="<Response><Say>Bonjour</Say></Response>")

    setup.until(call.sid, "completed")
    assert [sound.text for sound in setup.phone.heard if sound.kind == "say"] == ["Bonjour"]


def test_address_wins_over_inline_document(setup: Setup) -> None:
    setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"), twiml="<Response/>")

    setup.app.wait("/answer")


def test_get_method_puts_the_parameters_into_the_query(setup: Setup) -> None:
    call = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer?x=1"), method="GET")

    (request,) = setup.app.wait("/answer")
    assert (request.method, request.form["x"], request.form["CallSid"]) == ("GET", "1", call.sid)


def test_live_call_is_redirected(setup: Setup) -> None:
    call = setup.live_call()

    updated = setup.client.calls(call).update(url=setup.at("/elsewhere"), method="POST")

    assert updated.status == "in-progress"
    (request,) = setup.app.wait("/elsewhere")
    assert request.form["CallSid"] == call


def test_live_call_runs_inline_document(setup: Setup) -> None:
    call = setup.live_call()

    setup.client.calls(call).update(twiml="<Response><Say>Au revoir</Say><Hangup/></Response>")

    setup.until(call, "completed")
    assert setup.phone.heard[-1].text == "Au revoir"


def test_live_call_is_ended(setup: Setup) -> None:
    call = setup.live_call()

    assert setup.client.calls(call).update(status="completed").status == "completed"

    ended = setup.client.calls(call).fetch()
    assert ended.end_time is not None
    assert ended.end_time >= ended.start_time
    assert int(ended.duration) >= 0


def test_ringing_call_is_canceled_and_a_live_one_is_not(setup: Setup) -> None:
    setup.phone.reaction = "ring"
    ringing = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer")).sid
    setup.until(ringing, "ringing")

    setup.client.calls(ringing).update(status="canceled")

    setup.until(ringing, "canceled")
    setup.phone.reaction = "answer"
    live = setup.live_call()
    setup.client.calls(live).update(status="canceled")
    assert setup.status(live) == "in-progress"


def test_ended_call_cannot_be_changed(setup: Setup) -> None:
    call = setup.live_call()
    setup.client.calls(call).update(status="completed")
    setup.until(call, "completed")

    for change in ({"url": setup.at("/elsewhere")}, {"twiml": HOLDING}, {"status": "completed"}):
        with pytest.raises(TwilioRestException) as refused:
            setup.client.calls(call).update(**change)
        assert (refused.value.code, refused.value.status) == (21220, 400)
    assert setup.app.at("/elsewhere") == []


def test_status_callbacks_come_numbered(setup: Setup) -> None:
    call = setup.client.calls.create(
        to=setup.callee, from_=setup.own, url=setup.at("/answer"),
        status_callback=setup.at("/notice"), status_callback_event=ALL_EVENTS,
    )  # fmt: skip
    setup.app.wait("/notice", 3)
    setup.client.calls(call.sid).update(status="completed")

    notices = sorted(setup.app.wait("/notice", 4), key=lambda notice: int(notice.form["SequenceNumber"]))
    assert [notice.form["SequenceNumber"] for notice in notices] == ["0", "1", "2", "3"]
    assert [notice.form["CallStatus"] for notice in notices] == ["initiated", "ringing", "in-progress", "completed"]
    assert {notice.form["CallSid"] for notice in notices} == {call.sid}
    assert {notice.form["CallbackSource"] for notice in notices} == {"call-progress-events"}
    assert all(parsedate_to_datetime(notice.form["Timestamp"]).tzinfo for notice in notices)
    assert "CallDuration" not in notices[2].form
    assert int(notices[3].form["CallDuration"]) >= 0


def test_only_the_end_is_reported_by_default(setup: Setup) -> None:
    setup.phone.reaction = "busy"
    call = setup.client.calls.create(
        to=setup.callee, from_=setup.own, url=setup.at("/answer"), status_callback=setup.at("/notice")
    )

    (notice,) = setup.app.wait("/notice")
    assert (notice.form["SequenceNumber"], notice.form["CallStatus"]) == ("0", "busy")
    assert notice.form["CallDuration"] == "0"
    assert setup.client.calls(call.sid).fetch().duration is None
    assert setup.app.at("/answer") == []


def test_unanswered_call_times_out(setup: Setup) -> None:
    setup.phone.reaction = "ring"
    call = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"), timeout=5)

    setup.until(call.sid, "no-answer")


def test_number_that_does_not_exist_fails(setup: Setup) -> None:
    call = setup.client.calls.create(to="+33999999999", from_=setup.own, url=setup.at("/answer"))

    setup.until(call.sid, "failed")


@pytest.mark.direct  # the proxy takes a space in a form's array for a fault of the client
def test_space_joined_events_are_accepted_and_never_called_back(setup: Setup) -> None:
    call = setup.client.calls.create(
        to=setup.callee, from_=setup.own, url=setup.at("/answer"),
        status_callback=setup.at("/notice"), status_callback_event=["initiated ringing answered completed"],
    )  # fmt: skip
    setup.app.wait("/answer")
    setup.client.calls(call.sid).update(status="completed")
    setup.until(call.sid, "completed")

    assert 21626 in setup.alerts()
    assert setup.app.at("/notice") == []


def test_machine_detection_tells_who_answered(setup: Setup) -> None:
    setup.phone.reaction = "voicemail"
    call = setup.client.calls.create(
        to=setup.callee, from_=setup.own, url=setup.at("/answer"), machine_detection="Enable"
    )

    (request,) = setup.app.wait("/answer")
    assert request.form["AnsweredBy"] == "machine_start"
    assert setup.client.calls(call.sid).fetch().answered_by == "machine_start"


def test_list_filters(setup: Setup) -> None:
    setup.phone.reaction = "busy"
    busy = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer")).sid
    setup.until(busy, "busy")
    setup.pause(2.0)
    live = setup.live_call(to=setup.other)
    calls = setup.client.calls

    def sids(**filters: object) -> list[str]:
        return [call.sid for call in calls.list(**filters)]

    today = setup.now()
    assert sids() == [live, busy]
    assert sids(to=setup.other) == [live]
    assert sids(from_=setup.own) == [live, busy]
    assert sids(status="busy") == [busy]
    assert sids(parent_call_sid=busy) == []
    assert sids(start_time_after=today - timedelta(days=1)) == [live, busy]
    assert sids(start_time_after=today + timedelta(days=1)) == []
    assert sids(start_time_before=today - timedelta(days=1)) == []
    started = calls(live).fetch().start_time
    assert sids(start_time_after=started, start_time_before=started) == [live]
    assert sids(end_time_after=today - timedelta(days=1)) == [busy]


def test_paging_neither_repeats_nor_hides(setup: Setup) -> None:
    setup.phone.reaction = "busy"
    made = [setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer")).sid for _ in range(5)]

    first = setup.client.calls.page(page_size=2)
    late = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer")).sid
    second = first.next_page()
    assert second is not None
    third = second.next_page()
    assert third is not None

    seen = [[call.sid for call in page] for page in (first, second, third)]
    assert seen == [made[:2:-1], made[2:0:-1], made[:1]]
    assert third.next_page() is None
    assert [call.sid for call in second.previous_page()] == seen[0]
    assert [call.sid for call in setup.client.calls.list(page_size=4)] == [late, *reversed(made)]


def test_child_leg_knows_its_parent(setup: Setup) -> None:
    setup.app.answers["/dial"] = f"<Response><Dial><Number>{setup.other}</Number></Dial></Response>"
    parent = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/dial")).sid

    (child,) = eventually(lambda: setup.client.calls.list(parent_call_sid=parent))

    assert (child.direction, child.to, child.parent_call_sid) == ("outbound-dial", setup.other, parent)


def test_finished_call_is_deleted_and_a_live_one_is_not(setup: Setup) -> None:
    call = setup.live_call()
    with pytest.raises(TwilioRestException) as refused:
        setup.client.calls(call).delete()
    assert refused.value.code == 20009
    setup.client.calls(call).update(status="completed")
    setup.until(call, "completed")

    assert setup.client.calls(call).delete()

    with pytest.raises(TwilioRestException) as gone:
        setup.client.calls(call).fetch()
    assert (gone.value.code, gone.value.status) == (20404, 404)


def test_time_limit_ends_the_call(setup: Setup) -> None:
    call = setup.live_call()

    setup.client.calls(call).update(time_limit=1)

    setup.until(call, "completed")


def test_dates_are_whole_seconds_in_utc(setup: Setup) -> None:
    created = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer")).date_created

    assert created.tzinfo is not None
    assert created.astimezone(UTC).microsecond == 0
    assert abs(created - setup.now()) < timedelta(minutes=5)
    assert isinstance(created, datetime)
