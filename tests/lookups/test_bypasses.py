"""Ways around the guards of a look-up: none of them connects to this machine."""

from collections.abc import Sequence

import pytest

from ivr.core.flow.bound import parse_address
from ivr.core.flow.effects import Fetch
from ivr.core.flow.text import TemplateError
from ivr.lookups.addresses import networks, reachable
from ivr.lookups.client import HttpLookups
from ivr.services.lookups import HostRule
from tests.lookups.house import plain, serving

HOST = "files.example.org"

LOOPBACK_SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "2130706433",
    "127.0.0.1.", "127.000.000.001", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25lo]",
    "[::1%25lo]",
    "localhost", "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost", "loopback", "127.0.0.1.nip.io",
    "localtest.me", "①②⑦.⓪.⓪.①", "127。0。0。1", "127．0．0．1", "ⓛocalhost", "loc%61lhost", "%31%32%37.0.0.1",
    "127.0.0.1%00",
    "127.0.0.1%2f", "127.0.0.1%23", "127.0.0.1%09", "169.254.169.254", "[fd00:ec2::254]", "metadata.google.internal",
    "192.168.0.1", "10.0.0.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1",
]  # fmt: skip

AROUND_THE_HOST = [
    "https://files.example.org@127.0.0.1:{port}/", "https://127.0.0.1:{port}@files.example.org/",
    "https://files.example.org:x@127.0.0.1:{port}/", "https://user:password@files.example.org/",
    "https://files.example.org%40127.0.0.1:{port}/", "https://files.example.org#@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}#@files.example.org/", "https://127.0.0.1:{port}?@files.example.org/",
    "https://127.0.0.1:{port}\\@files.example.org/", "https://files.example.org\\@127.0.0.1:{port}/",
    "https://files.example.org\\.127.0.0.1:{port}/", "https:\\\\127.0.0.1:{port}\\", "https:/127.0.0.1:{port}/",
    "https:127.0.0.1:{port}/", "https:///127.0.0.1:{port}/", "https:////127.0.0.1:{port}/", "//127.0.0.1:{port}/",
    "/127.0.0.1:{port}/", "http://127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/", "HTTPS://FILES.EXAMPLE.ORG/",
    "https://FILES.example.org/", "https://files.example.org./", "https://files.example.org..127.0.0.1/",
    "https://files.example.org.evil.example/", "https://evil-files.example.org/", "https://xfiles.example.org/",
    "https://files.example.org:{port}/", "https://files.example.org:0/", "https://files.example.org:65536/",
    "https://files.example.org:-1/", "https://files.example.org:443:{port}/",
    "https://files.example.org:443@127.0.0.1/",
    "https://files.example.org: 443/", "https://files.example.org:４４３/", "https://files.example.org:/",
    "https://:443/",
    "http://files.example.org/", "ftp://files.example.org/", "file:///etc/passwd",
    "file://files.example.org/etc/passwd",
    "gopher://127.0.0.1:{port}/_GET", "dict://127.0.0.1:{port}/", "ldap://127.0.0.1:{port}/", "data:text/plain,x",
    "jar:https://files.example.org!/", "javascript:alert(1)", "unix:///var/run/redis.sock",
    "wss://files.example.org/",
    "https://files.example.org", "https://files.example.org?x=1", "https://files.example.org#x", "", " ",
    "https://", "https",
    " https://127.0.0.1:{port}/", "\thttps://127.0.0.1:{port}/", "https://127.0.0.1:{port}/ HTTP/1.1\r\nHost: x",
    "https://files.example.org/\r\nHost: 127.0.0.1", "https://files.example.org/\nX: y",
    "https://files.example.org/ x",
    "https://files.example.org/\x00", "https://files.example.org/é", "https://files.example.org\r\n.127.0.0.1/",
    "https://files.exa\tmple.org/", "https://files.example.org\u3002127.0.0.1/", "https://files。example。org/",
    "https://ｆiles.example.org/", "https://fıles.example.org/", "https://files.example.org\u00ad/",
    "https://files.example.org/#frag", "https://[files.example.org]/", "https://[::1]:{port}/", "https://[::1/",
    "https://files.example.org/" + "a" * 5000,
]  # fmt: skip


def everything(port: int) -> list[str]:
    """The whole corpus."""
    spelt = [f"{scheme}://{spelling}:{port}/" for spelling in LOOPBACK_SPELLINGS for scheme in ("http", "https")]
    return spelt + [one.replace("{port}", str(port)) for one in AROUND_THE_HOST]


def lookups(**more: object) -> HttpLookups:
    """The host is allowed by https only."""
    rules = {HOST: HostRule(HOST)}
    return HttpLookups(rules.get, {}, **more)  # type: ignore[arg-type]


def test_none_of_them_gets_through() -> None:
    with serving({"/": plain(200, b"{}")}) as server:
        corpus = everything(server.port)
        assert len(corpus) >= 150
        asking = lookups(resolver=lambda host, port: pytest.fail(f"resolved {host!r}"))
        for url in corpus:
            fetched = asking.ask(Fetch(url), 500)
            assert fetched.outcome == "failed", url
            assert fetched.detail, url
        assert server.connections == []


def test_none_of_them_can_even_be_written_in_a_flow_but_at_its_own_host() -> None:
    for url in everything(8080):
        try:
            address = parse_address(url)
        except TemplateError:
            continue
        assert address.host in url
        assert address.host.isascii()
        assert "@" not in address.host


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1",
        "100.127.255.254", "192.0.0.1", "192.0.2.5", "198.18.0.1", "198.51.100.2", "203.0.113.9", "224.0.0.251",
        "239.1.1.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%lo", "fc00::1", "fd12:3456::1",
        "fec0::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::", "2001:0:7f00:1:0:0:80ff:fffe", "2001:db8::1", "2001:10::1", "100::1", "::127.0.0.1",
        "no address", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_not_reached(address: str) -> None:
    assert not reachable(address, ())


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_a_public_address_is(address: str) -> None:
    assert reachable(address, ())


def test_a_network_of_the_house_is_reached_where_it_is_named() -> None:
    named = networks("10.20.0.0/16, fd00:12::/48")
    assert reachable("10.20.3.4", named)
    assert reachable("::ffff:10.20.3.4", named)
    assert reachable("fd00:12::7", named)
    assert not reachable("10.21.0.1", named)
    with pytest.raises(ValueError, match="HOTLINE_FETCH_NETWORKS"):
        networks("10.20.0.1/16")


class Rebinding:
    """A name server that gives a public address first and this machine afterwards, or both at once."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize(
    "answers",
    [
        (["127.0.0.1"],),
        (["93.184.215.14", "127.0.0.1"],),
        (["::1"],),
        (["::ffff:127.0.0.1"],),
        (["169.254.169.254"],),
        ([],),
    ],
)
def test_a_name_that_leads_here_is_not_followed(answers: tuple[list[str], ...]) -> None:
    with serving({"/": plain(200, b"{}")}) as server:
        resolver = Rebinding(*answers)
        rules = {HOST: HostRule(HOST, plain=True, ports=(server.port,))}
        fetched = HttpLookups(rules.get, {}, resolver=resolver).ask(Fetch(f"http://{HOST}:{server.port}/"), 1000)
        assert fetched.outcome == "failed"
        assert server.connections == []


def test_the_address_checked_is_the_address_asked() -> None:
    """Resolved once: what the name server says a moment later is never asked for."""
    with serving({"/": plain(200, b"{}")}) as server, serving({"/": plain(200, b"{}")}, "127.0.0.2") as canary:
        resolver = Rebinding(["127.0.0.1"], ["127.0.0.2"])
        rules = {HOST: HostRule(HOST, plain=True, ports=(server.port, canary.port))}
        asking = HttpLookups(rules.get, {}, private=networks("127.0.0.1/32"), resolver=resolver)
        assert asking.ask(Fetch(f"http://{HOST}:{server.port}/"), 1000).outcome == "ok"
        assert resolver.asked == 1
        assert asking.ask(Fetch(f"http://{HOST}:{canary.port}/"), 1000).outcome == "failed"
        assert (len(server.connections), canary.connections) == (1, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with serving({"/": plain(200, b"{}")}) as canary:
        away = plain(status, b"", Location=f"http://127.0.0.1:{canary.port}/")
        with serving({"/": away}) as server:
            rules = {HOST: HostRule(HOST, plain=True, ports=(server.port, canary.port))}
            asking = HttpLookups(
                rules.get, {}, private=networks("127.0.0.1/32"), resolver=lambda host, port: ["127.0.0.1"]
            )
            fetched = asking.ask(Fetch(f"http://{HOST}:{server.port}/"), 1000)
            assert (fetched.outcome, fetched.detail) == ("failed", f"{HOST}: status {status}")
            assert canary.connections == []
