"""Which addresses may be asked: a table of those that lead into a network of ours, and of those that do not."""

import pytest

from shared.domain.network import AddressRefused, may_connect, outside_host


CLOSED = """
127.0.0.1 127.8.8.8 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 100.127.0.1
169.254.169.254 169.254.0.1 168.63.129.16 100.100.100.200 192.0.0.192 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 192.88.99.1
::1 :: fe80::1 fe80::1%eth0 febf::1 fc00::1 fd12:3456::1 fd00:ec2::254 fec0::1 ff02::1
::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 ::127.0.0.1
64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 2002:7f00:1::1 2002:808:808::1 2001::1 2001:db8::1 3fff::1 4000::1 100::1
not-an-address 1.2.3 1.2.3.4.5
"""
OPEN = "8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.169.0.1 168.63.129.17 223.255.255.254 2606:4700::1111 2a00:1450:4007::1"


@pytest.mark.parametrize("address", CLOSED.split())
def test_an_address_of_a_closed_network_is_not_connected_to(address):
    assert not may_connect(address)


@pytest.mark.parametrize("address", OPEN.split())
def test_a_public_address_is_connected_to(address):
    assert may_connect(address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.1", True),
        ("127.0.0.1", True),
        ("fd12::1", True),
        ("8.8.8.8", True),
        ("169.254.169.254", False),
        ("168.63.129.16", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:a83f:8110::1", False),
        ("fe80::1", False),
        ("fd00:ec2::254", False),
        ("100.100.100.200", False),
    ],
)
def test_a_host_allowed_by_name_may_be_in_the_intranet_but_never_hands_out_credentials(address, expected):
    assert may_connect(address, is_trusted=True) is expected


REFUSED = [
    "http://calendar.example/a.ics",
    "webcal://calendar.example/a.ics",
    "ftp://calendar.example",
    "file:///etc/passwd",
    "gopher://calendar.example",
    "//calendar.example/a",
    "calendar.example/a",
    "",
    "https://",
    "https:///a",
    "https://user@calendar.example/",
    "https://user:word@calendar.example/",
    "https://127.0.0.1/",
    "https://8.8.8.8/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[::1/",
    "https://calendar.example:0/",
    "https://calendar.example:99999/",
    "https://calendar.example:x/",
    "https://calendar example/",
    "https://calendar.example\\@127.0.0.1/",
    "https://calendar.example/\r\nHost: x",
    "https://a..b/",
    "https://-a.example/",
    f"https://{'a' * 64}.example/",
    f"https://{'a.' * 130}example/",
    "https://１２７.0.0.1/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_is_no_https_or_no_name_is_refused(url):
    with pytest.raises(AddressRefused):
        outside_host(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://calendar.google.com/calendar/ical/a%40b/private-1/basic.ics",
            ("calendar.google.com", 443, False),
        ),
        ("https://OUTLOOK.office365.com/owa/calendar/x/calendar.ics", ("outlook.office365.com", 443, False)),
        ("https://dav.example.:8443/", ("dav.example.", 8443, False)),
        ("https://bücher.example/a", ("xn--bcher-kva.example", 443, False)),
        ("https://mail.intern/dav", ("mail.intern", 443, True)),
        ("https://a.b.clinic.intern/dav", ("a.b.clinic.intern", 443, True)),
        ("http://127.0.0.1:5232/anna/", ("127.0.0.1", 5232, True)),
        ("https://clinic.intern/dav", ("clinic.intern", 443, False)),
        ("https://evil-mail.intern/dav", ("evil-mail.intern", 443, False)),
    ],
)
def test_hosts_of_the_intranet_are_trusted_by_name_and_whole_origins_by_port(url, expected):
    allowed = frozenset({"mail.intern", "*.clinic.intern", "http://127.0.0.1:5232"})
    assert tuple(outside_host(url, allowed)) == expected


def test_an_allowed_origin_opens_no_other_port():
    with pytest.raises(AddressRefused):
        outside_host("http://127.0.0.1:10000/", frozenset({"http://127.0.0.1:5232"}))
