"""Webhooks as they arrive: fields, headers, cookies, redirects, retries, limits, fallback, content types."""

import asyncio
from typing import Any

from aiohttp import web

from exchange.records import Hook, Number
from tests.exchange.core.rig import CALLER, HOTLINE, Rig, play


def test_the_first_request_has_every_documented_field() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = "<Say>x</Say>"
        _, leg = rig.dial(forwarded_from="+33100000000", caller_name="Zoë", attestation="B")
        await rig.over(leg)
        asked = rig.app.asked[0]
        form = asked.form
        assert asked.signed
        assert form["CallStatus"] == "ringing"
        assert (form["From"], form["Caller"], form["To"], form["Called"]) == (CALLER, CALLER, HOTLINE, HOTLINE)
        assert (form["Direction"], form["ApiVersion"]) == ("inbound", "2010-04-01")
        assert (form["StirVerstat"], form["ForwardedFrom"], form["CallerName"]) == (
            "TN-Validation-Passed-B",
            "+33100000000",
            "Zoë",
        )
        assert len(form["CallToken"]) > 150
        geo = {
            side + part for side in ("From", "To", "Caller", "Called") for part in ("City", "State", "Zip", "Country")
        }
        assert geo <= set(form)
        assert (form["FromCountry"], form["FromCity"]) == ("FR", "")
        assert asked.headers["User-Agent"] == "TwilioProxy/1.1"
        assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
        assert asked.headers["I-Twilio-Idempotency-Token"]
        assert rig.app.forms("/notice/number")[0]["CallStatus"] == "completed"

    play(work)


def test_get_puts_the_form_into_the_signed_query() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = "<Say>x</Say>"
        rig.switch.numbers[HOTLINE].voice = Hook(rig.app.base + "/voice?x=%C3%A9&y=a%20b", "GET")
        _, leg = rig.dial()
        await rig.over(leg)
        assert rig.app.asked[0].signed
        assert rig.app.asked[0].query["x"] == "é"
        assert rig.app.asked[0].query["From"] == CALLER

    play(work)


def test_withheld_callers_have_no_geography() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = ""
        for number in ("anonymous", "+266696687", ""):
            _, leg = rig.dial(from_number=number)
            await rig.over(leg)
            form = rig.app.forms("/voice")[-1]
            assert form["From"] == number
            assert "FromCountry" not in form

    play(work)


def test_a_redirect_loses_the_digits() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = '<Gather numDigits="1" action="/menu"/>'
        rig.app.pages["/menu"] = lambda form: web.Response(status=302, headers={"Location": "/menu/"})
        rig.app.pages["/menu/"] = "<Say>menu</Say>"
        phone, leg = rig.dial()
        phone.on_asked = lambda line, _: line.press("1")
        await rig.over(leg)
        assert rig.app.forms("/menu")[0]["Digits"] == "1"
        followed = rig.app.to("/menu/")[0]
        assert followed.method == "GET"
        assert followed.signed
        assert "Digits" not in followed.form
        assert followed.form["CallSid"] == leg.call.sid

    play(work)


def test_more_than_ten_redirects_are_an_error() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = lambda form: web.Response(status=307, headers={"Location": "/voice"})
        phone, leg = rig.dial()
        await rig.over(leg)
        assert len(rig.app.to("/voice")) == 11
        assert 11215 in rig.codes()
        assert "application error" in phone.heard[-1]

    play(work)


def test_cookies_live_as_long_as_the_call() -> None:
    async def work(rig: Rig) -> None:
        def first(form: dict[str, str]) -> web.Response:
            answer = web.Response(text="<Response><Redirect>/next</Redirect></Response>", content_type="text/xml")
            answer.set_cookie("session", "42")
            return answer

        rig.app.pages |= {"/voice": first, "/next": "<Say>x</Say>"}
        for _ in range(2):
            _, leg = rig.dial()
            await rig.over(leg)
        assert [asked.headers.get("Cookie") for asked in rig.app.to("/next")] == ["session=42", "session=42"]
        assert [asked.headers.get("Cookie") for asked in rig.app.to("/voice")] == [None, None]

    play(work)


def test_basic_credentials_go_out_only_when_asked_for() -> None:
    async def work(rig: Rig) -> None:
        challenge = {"WWW-Authenticate": 'Basic realm="x"'}
        rig.app.pages["/voice"] = lambda form: (
            web.Response(status=401, headers=challenge)
            if "Authorization" not in rig.app.asked[-1].headers
            else web.Response(text="<Response><Say>in</Say></Response>", content_type="text/xml")
        )
        rig.switch.numbers[HOTLINE].voice = Hook(rig.app.base.replace("://", "://user:pass@") + "/voice")
        phone, leg = rig.dial()
        await rig.over(leg)
        assert [asked.headers.get("Authorization") for asked in rig.app.to("/voice")] == [None, "Basic dXNlcjpwYXNz"]
        assert all(asked.signed for asked in rig.app.to("/voice"))
        assert phone.heard == ["in"]

    play(work)


def test_a_server_error_is_not_retried_unless_the_fragment_says_so() -> None:
    async def work(rig: Rig) -> None:
        answers = [500, 503, 200]
        rig.app.pages["/voice"] = lambda form: web.Response(
            status=answers.pop(0), text="<Response><Say>up</Say></Response>", content_type="text/xml"
        )
        phone, leg = rig.dial()
        await rig.over(leg)
        assert len(rig.app.to("/voice")) == 1
        assert 11200 in rig.codes()
        rig.switch.numbers[HOTLINE].voice = Hook(rig.app.base + "/voice#rc=2&rp=5xx")
        phone, leg = rig.dial()
        await rig.over(leg)
        assert phone.heard == ["up"]
        tokens = [asked.headers["I-Twilio-Idempotency-Token"] for asked in rig.app.to("/voice")]
        assert tokens[1] == tokens[2] != tokens[0]

    play(work)


def test_fallback_is_told_why_and_drives_the_call() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = lambda form: web.Response(status=500)
        rig.app.pages["/fallback"] = "<Say>sorry, wait</Say>"
        phone, leg = rig.dial()
        await rig.over(leg)
        form = rig.app.forms("/fallback")[0]
        assert (form["ErrorCode"], form["ErrorUrl"]) == ("11200", rig.app.base + "/voice")
        assert form["CallSid"] == leg.call.sid
        assert phone.heard == ["sorry, wait"]

    play(work, fallback=True)


def test_a_failing_fallback_is_an_application_error() -> None:
    async def work(rig: Rig) -> None:
        phone, leg = rig.dial()
        await rig.over(leg)
        assert "application error" in phone.heard[0]
        assert len(rig.app.to("/fallback")) == 1
        assert leg.call.status == "completed"

    play(work, fallback=True)


def test_fallback_comes_in_the_middle_of_a_call_too() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": "<Say>one</Say><Redirect>/gone</Redirect>", "/fallback": "<Say>two</Say>"}
        phone, leg = rig.dial()
        await rig.over(leg)
        assert phone.heard == ["one", "two"]

    play(work, fallback=True)


def test_the_time_limit() -> None:
    async def work(rig: Rig) -> None:
        async def slow(form: dict[str, str]) -> str:
            await asyncio.sleep(1.0)
            return "<Say>late</Say>"

        rig.app.pages |= {"/voice": slow, "/fallback": "<Say>fallback</Say>"}
        phone, leg = rig.dial()
        await rig.over(leg)
        assert phone.heard == ["fallback"]
        assert rig.app.forms("/fallback")[0]["ErrorCode"] == "11205"
        await asyncio.sleep(0.6)

    play(work, fallback=True)


def test_content_types() -> None:
    async def work(rig: Rig) -> None:
        from exchange.tape import render

        cases: list[tuple[dict[str, Any], list[str], int]] = [
            ({"text": "Read me", "content_type": "text/plain"}, ["Read me"], 0),
            ({"text": "<Response><Say>y</Say></Response>", "content_type": "text/plain"}, ["y"], 0),
            ({"text": "<Response><Say>z</Say></Response>", "content_type": "text/html"}, ["z"], 0),
            ({"body": render([], 1.0, 1), "content_type": "audio/wav"}, [], 0),
            ({"text": "{}", "content_type": "application/json"}, [], 12300),
            ({"status": 204}, [], 11770),
            ({"text": "<Nope/>", "content_type": "text/xml"}, [], 12102),
        ]
        for n, (answer, heard, code) in enumerate(cases):
            number = f"+331000000{n:02}"
            rig.switch.numbers[number] = Number(number, rig.app.hook(f"/case{n}"))
            rig.app.pages[f"/case{n}"] = lambda form, answer=answer: web.Response(**answer)
            before = len(rig.codes())
            phone, leg = rig.dial(to=number)
            await rig.over(leg)
            found = rig.codes()[before:]
            assert (code in found) if code else not found
            played = [sound.seconds for sound in phone.sounds if sound.kind == "play"]
            assert played == ([1.0] if "body" in answer else [])
            assert [text for text in phone.heard if "application error" not in text] == heard

    play(work)


def test_warnings_do_not_stop_a_document() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = "<Say Bogus='1'>heard</Say><Pay/><say>no</say><Say>too</Say>"
        phone, leg = rig.dial()
        await rig.over(leg)
        assert phone.heard == ["heard", "too"]
        assert rig.codes() == [12200, 12200, 12200]
        assert {alert.level for alert in rig.switch.alerts} == {"warning"}

    play(work)


def test_an_unreachable_server_is_tried_twice() -> None:
    async def work(rig: Rig) -> None:
        rig.switch.numbers[HOTLINE].voice = Hook("http://127.0.0.1:1/voice")
        rig.app.pages["/fallback"] = "<Say>f</Say>"
        phone, leg = rig.dial()
        await rig.over(leg)
        assert phone.heard == ["f"]
        assert rig.app.forms("/fallback")[0]["ErrorCode"] == "11205"

    play(work, fallback=True)


def test_a_status_callback_that_fails_is_a_warning() -> None:
    async def work(rig: Rig) -> None:
        from exchange.records import StatusHook

        rig.app.pages["/voice"] = "<Say>x</Say>"
        rig.switch.numbers[HOTLINE].status = StatusHook(rig.app.base + "/missing")
        _, leg = rig.dial()
        await rig.over(leg)
        await rig.until(lambda: 15003 in rig.codes())

    play(work)
