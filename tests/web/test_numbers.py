"""Numbers in addresses: what is too long to be one names nothing, and breaks nothing."""

import pytest

from tests.web.house import House, is_fallback

LONG = ("9" * 16, "9" * 400, "9" * 5000)


@pytest.mark.parametrize("number", LONG)
def test_an_address_with_a_number_beyond_counting_is_none(house: House, number: str) -> None:
    for path in (f"/prompts/music/{number}-5/attente.wav", f"/prompts/music/5-{number}/attente.wav"):
        assert house.client.get(path).status_code == 404


@pytest.mark.parametrize("number", LONG)
def test_a_webhook_with_such_a_number_is_refused_or_answered_like_any_of_no_address(house: House, number: str) -> None:
    house.say("/voice/answer")
    for path in (f"/voice/turn/{number}", f"/voice/wait/{number}", f"/voice/queue/{number}"):
        assert house.client.post(path, data=house.form()).status_code == 403
        assert is_fallback(house.say(path))


def test_every_number_in_an_address_is_bounded(house: House) -> None:
    for app in (house.app, house.app.extensions["webhooks"]):
        counted = [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
        assert counted
        for rule in counted:
            numbers = dict.fromkeys(rule.arguments, "9" * 5000)
            path = rule.rule
            for name in rule.arguments:
                for kind in ("int:", "path:", ""):
                    path = path.replace(f"<{kind}{name}>", numbers[name])
            assert house.client.post(path, data=house.form()).status_code in (403, 404, 405), path
            assert house.client.get(path).status_code in (403, 404, 405), path
