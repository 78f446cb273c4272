"""Links in pasted text: found with any text around them, and not found in text that only looks like one."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from quopri import encodestring
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links import EventType, HostStore, LinkFilter, LinkNotAvailable, LinkUnclear, Store
from secret_links.searching import is_found
from secret_links.tokens import ALPHABET, LONGEST_TEXT, TOKEN_LENGTH, find_token, only_token, token_prefix, tokens_in
from support import BOTH

tokens = st.text(ALPHABET, min_size=TOKEN_LENGTH, max_size=TOKEN_LENGTH)

TOKEN = "k3JdQ0aZ9xPqL2mN7vRt4W"

AROUND = (
    "{}", "{}.", "{},", "{};", "{}:", "{}!", "{}?", "({})", "[{}]", "<{}>", "{{{}}}", "({}).", '"{}"', "'{}'", "`{}`",
    "``{}``", "*{}*", "**{}**", "_{}_", "__{}__", "~~{}~~", "“{}”", "„{}“", "‘{}’", "‚{}‘", "«{}»", "»{}«", "‹{}›",
    "「{}」", "《{}》", "（{}）", "“{}”.", "{}…", "{}...", "({}...)", "|{}|", "{}|", "{}\\", "{}%", "- {}", "• {}",
    "1. {}",
    "> {}", "\t{}\r\n", "\xa0{}\xa0", "\ufeff{}", "{}\u200b", "\u200e{}\u200f", "\u2066{}\u2069", "—{}—",
    "→ {}", "🔗{}🔗",
    "{}/", "{}//", "{}?utm_source=mail&utm_medium=x", "{}#top", "{}/?x=1#y", "{}?", "{}/.", "Ana Pires: {}",
    "Ana Pires\t{}", "Ana Pires, {}", "{} Ana Pires", "{}\tAna Pires", "{},Ana", "{}:\nAna",
    "Hi Ana,\n\n{}\n\nBest, Bo",
    "Abc, {} (valid until 30 Nov 2026 17:00)", "\x1b[4m{}\x1b[0m", "リンクは{}です",
    "请打开{}。", "{}을 여세요", "{}\x00",
)  # fmt: skip
"""Text around a link, a URL or a bare token."""

ADDRESSES = (
    "https://42min.us/s/{}", "HTTPS://42MIN.US/S/{}", "http://42min.us/s/{}", "https://42min.us//s//{}",
    "https:/42min.us/s/{}", "42min.us/s/{}", "www.book.example/a/b/c/{}", "http://localhost:8080/a/b/{}",
    "localhost:8080/s/{}", "http://[::1]:8080/s/{}", "https://bücher.example/s/{}", "https://192.0.2.1/s/{}",
    "/s/{}", "s/{}", "http://links/{}", "https://ana:pw@book.example/s/{}",
)  # fmt: skip

WRAPPED = (
    "[Final interview]({})", "[{0}]({0})", '[book]({} "Final interview")', "[1]: {}", "[1]: <{}> 'Final'", "<{}|Book>",
    '<a href="{}">Book</a>', "<a href='{}'>Abcdefghijklmnopqrstuv</a>", "<a href={}>Book</a>", '<a href="{0}">{0}</a>',
    "Abcdefghijklmnopqrstuv: {}", "Abcdefghijklmnopqrstuv\t{}", "Ana:{}", "Ana Pires<{}>", "{}<{}>", '{{"url": "{}"}}',
    "\x1b]8;;{}\x1b\\Book\x1b]8;;\x1b\\", "https://example.org/about {}",
    "https://web.archive.org/web/2026/{}", "url={}", "{}=", "{}=x&y=z",
)  # fmt: skip
"""Text in which only a URL is found."""


def outlook(url: str) -> str:
    data = "05%7C01%7Cana%40example.org%7C0123456789abcdef0123456789abcdef%7C0%7C638000000000000000%7CUnknown%7CTWFpb"
    sdata = "abc%2FABCDEFGHIJKLMNOPQRSTUV%2Bx9%3D"
    return f"https://eur01.safelinks.protection.outlook.com/?url={quote(url, '')}&data={data}&sdata={sdata}&reserved=0"


def proofpoint_2(url: str) -> str:
    written = quote(url, "/").replace("-", "-2D").replace("_", "-5F").replace("%", "-").replace("/", "_")
    return f"https://urldefense.proofpoint.com/v2/url?u={written}&d=DwMFaQ&c=euGZstcaTDllvimEN8b7jXrwqOf-v5A&e="


REDIRECTS: dict[str, Callable[[str], str]] = {
    "Outlook": outlook,
    "Outlook, unencoded": lambda url: f"https://x.safelinks.protection.outlook.com/?url={url}&data=05|01|ana|0|abc==",
    "Outlook in Google": lambda url: f"https://www.google.com/url?q={quote(outlook(url), '')}&sa=D",
    "Google": lambda url: f"https://www.google.com/url?q={url}&sa=D&source=editors&ust=1763900000&usg=AOvVaw0",
    "Google, encoded": lambda url: f"https://www.google.com/url?sa=D&q={quote(url, '')}&ust=1",
    "Proofpoint 1": lambda url: f"https://urldefense.proofpoint.com/v1/url?u={url}&k=abc%3D",
    "Proofpoint 2": proofpoint_2,
    "Proofpoint 3": lambda url: f"https://urldefense.com/v3/__{url}__;!!AbC1!xyz_ABCDEFGHIJKLMNOPQRSTUV$",
    "Barracuda": lambda url: f"https://linkprotect.cudasvc.com/url?a={quote(url, '')}&c=E,1",
    "Cisco": lambda url: f"https://secure-web.cisco.com/1aBcD/{quote(url, '')}",
    "Sophos": lambda url: "https://eu-west-1.protection.sophos.com?d=42min.us&u="
    + base64.b64encode(url.encode()).decode()
    + "&i=NWY",
    "Facebook": lambda url: f"https://l.facebook.com/l.php?u={quote(url, '')}&h=AT0",
    "WhatsApp": lambda url: f"https://wa.me/?text=Book+here:+{quote(url, '')}+thanks",
    "twice encoded": lambda url: f"https://r.example/?to={quote(quote(url, ''), '')}",
    "a blank behind it": lambda url: f"{url}%20",
    "mailto": lambda url: f"mailto:ana@example.org?subject=Hi&body={quote('Hi Ana, book at ' + url + chr(10) + 'Bo')}",
    "translated": lambda url: f"https://translate.google.com/translate?sl=auto&tl=de&u={url}",
}  # fmt: skip

SOURCES: dict[str, Callable[[str], bytes]] = {
    "quoted-printable": lambda url: encodestring(f'Hi Ana,\n<a href="{url}?a=1">{"Book here. " * 9}</a>'.encode()),
    "a soft break within": lambda url: f"Hi =\n{url[:30]}=\r\n{url[30:]}\r\nBo".encode(),
    "JSON": lambda url: json.dumps({"label": "Ana", "body": f"Book at {url}\nBo"}).replace("/", "\\/").encode(),
    "HTML": lambda url: f"<p>{url.replace('/', '&#x2F;').replace(':', '&#58;')}</p>".encode(),
    "broken over two lines": lambda url: f"Book at\n{url[:30]}\n{url[30:]}\nBo".encode(),
    "broken over three": lambda url: f"> {url[:15]}\r\n> {url[15:29]}\r\n> {url[29:]}\r\n> Bo".encode(),
    "broken by a terminal": lambda url: f"{url[:40]}\n{url[40:]} Ana".encode(),
    "broken in a redirect": lambda url: "\n".join(
        outlook(url)[start : start + 76] for start in range(0, len(outlook(url)), 76)
    ).encode(),
    "hyphened softly": lambda url: "\u00ad".join(url).encode(),
    "with places to break": lambda url: url.replace("/", "/\u200b").encode(),
    "a blank that breaks nothing": lambda url: f"{url[:35]}\xa0{url[35:]}".encode(),
}  # fmt: skip


@given(tokens)
def test_a_token_is_found_with_any_text_around_it(token: str) -> None:
    for around in AROUND:
        for address in ("{}", *ADDRESSES):
            text = around.format(address.format(token))
            assert find_token(text) == token, text


@given(tokens, st.sampled_from(WRAPPED), st.sampled_from([each for each in ADDRESSES if "." in each]))
def test_a_url_is_found_beside_what_could_be_a_token_too(token: str, wrapped: str, address: str) -> None:
    text = wrapped.format(*[address.format(token)] * 2)
    assert find_token(text) == token, text


@given(tokens, st.sampled_from(sorted(REDIRECTS)), st.sampled_from(AROUND[:40]))
def test_a_url_is_found_in_what_scanners_and_redirects_make_of_it(token: str, redirect: str, around: str) -> None:
    text = around.format(REDIRECTS[redirect](f"https://42min.us/s/{token}"))
    assert find_token(text) == token, text


@given(tokens, st.sampled_from(sorted(SOURCES)))
def test_a_url_is_found_in_the_source_of_a_mail_and_over_broken_lines(token: str, source: str) -> None:
    text = SOURCES[source](f"https://42min.us/s/{token}").decode()
    assert find_token(text) == token, text


RUN = st.text(ALPHABET, min_size=1).filter(lambda text: len(text) != TOKEN_LENGTH)


@given(st.lists(RUN), st.sampled_from([" ", "-", "_", ".", "/", ", ", "\t", "; "]))
def test_text_without_a_token_has_none(runs: list[str], between: str) -> None:
    assert tokens_in(between.join(runs)) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "/", "abc", "-", "x" * 21, "x" * 23, "https://42min.us/s/", "x" * 21 + "é", "é" + TOKEN),
        *(f"{TOKEN}é",),
        *(f"a{TOKEN}", f"{TOKEN}1", f"Donau-{TOKEN}", f"{TOKEN}-Gesellschaft", f"snake_{TOKEN}", f"{TOKEN}_case"),
        *(f"_{TOKEN}", f"{TOKEN}_", f"{TOKEN}.html", f"{TOKEN}@example.org", f"{TOKEN}=", f"{TOKEN}==", f"+{TOKEN}"),
        *(f"x/{TOKEN}==", f"iVBORw0KGgo/{TOKEN}+abc", f"AAAA/{TOKEN}", f"A+/{TOKEN}/9j4=", f"#{TOKEN}", f"id={TOKEN}"),
        *(f"https://42min.us/s/{TOKEN}x", f"https://42min.us/s/{TOKEN}.html", f"https://42min.us/s/{TOKEN}/edit"),
        *(f"https://42min.us/{TOKEN}-x", f"https://example.org/?id={TOKEN}", f"https://example.org/a?b=c/{TOKEN}"),
        *(f"ftp://42min.us/s/{TOKEN}", f"file:///home/ana/{TOKEN}", f"C:\\ana\\{TOKEN}", f"https://{TOKEN}"),
        *(f"https://protect-eu.mimecast.com/s/{TOKEN}?domain=42min.us", f"x\u0301{TOKEN}", f"{TOKEN}\u0301"),
        *(f"https://42min.us/s/{TOKEN[:9]} {TOKEN[9:]}", "a" * 30 + "\n" + "b" * 30),
        *(f"data:image/png;base64,{TOKEN}==", f"x/{TOKEN}=a", f"https://wa.me/?text=and%20s%2F{TOKEN}"),
        *(str(uuid.UUID(int=2**127 + 12345)), uuid.UUID(int=2**127 + 12345).hex, f"sha256:{'0a' * 32}"),
        *(f"spotify:track:{TOKEN}", f"eyJhbGciOiJIUzI1NiJ9.{TOKEN}.sig", base64.b64encode(bytes(range(200))).decode()),
        *("\n".join(f"https://42min.us/s/{letter * 5}" for letter in "abc"), "/s/k3JdQ0…"),
        *("and/or\nAbcdefghijklmnopqrst",),
    ],
)  # fmt: skip
def test_nothing_is_found_in_what_merely_looks_like_a_link(text: str) -> None:
    assert find_token(text) is None
    with pytest.raises(LinkUnclear, match=r"has no link in it|is shortened"):
        only_token(text)


def test_a_url_that_is_encoded_as_a_whole_counts_more_than_what_could_be_a_token() -> None:
    text = f"Abcdefghijklmnopqrstuv {quote(f'https://42min.us/s/{TOKEN}', '')}"
    assert "/" not in text
    assert find_token(text) == TOKEN


@pytest.mark.parametrize("link", [f"https://42min.us/s/{TOKEN}", TOKEN])
def test_a_text_is_searched_up_to_its_greatest_length(link: str) -> None:
    assert find_token(link.ljust(LONGEST_TEXT)) == token_prefix(link.ljust(LONGEST_TEXT)) == TOKEN
    assert find_token(link.ljust(LONGEST_TEXT + 1)) is token_prefix(link.ljust(LONGEST_TEXT + 1)) is None


@given(tokens, tokens)
def test_a_text_with_two_links_gives_none(one: str, other: str) -> None:
    for text in (f"https://42min.us/s/{one} https://42min.us/s/{other}", f"{one}\n{other}", f"[/s/{one}](/s/{other})"):
        assert find_token(text) == (one if one == other else None)
    if one != other:
        with pytest.raises(LinkUnclear, match="has 2 links in it; give one of them"):
            only_token(f"{one} {other}")


@given(tokens, st.integers(1, TOKEN_LENGTH - 1))
def test_the_beginning_of_a_token_is_read_as_the_screen_shows_it(token: str, length: int) -> None:
    begins = token[:length]
    for text in (
        "/s/{}…",
        "/s/{}...",
        "{}…",
        "{}...",
        "“/s/{}…”",
        "(/s/{}…)",
        "/s/{}…,",
        "42min.us/s/{}",
        "/s/{}",
        "/s/{}?from=a/b#c",
        "{}.",
    ):
        assert token_prefix(text.format(begins)) == begins, text
    assert token_prefix(f" ☐  /s/{begins}…    Ana Pires    Final interv…  ● Active") == begins
    assert token_prefix(f"/s/{begins}%E2%80%A6") == begins


@pytest.mark.parametrize("text", ["/s/k3JdQ0…", "https://42min.us/s/k3JdQ0...", "k3JdQ0…", "“/s/k3JdQ0…”"])
def test_a_shortened_link_is_refused_as_such(text: str) -> None:
    with pytest.raises(LinkUnclear, match="shortened; give its whole URL"):
        only_token(text)


HOSTILE = (
    "a", "/", "a/", "%25", "%", "https://", "https://a.b/", "?u=", "=\n", "\n", " \n", "a.", "a:", ":", "_", "…", "k3…",
    "aHR0c", f"/s/{TOKEN}", f"https://a.b/{TOKEN[1:]}\n", f"{TOKEN}/", "http:/", "urldefense.com/v2/url?u=", "&#47;",
    "\xa0",
)  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_searching_a_text_takes_linear_time(unit: str) -> None:
    text = unit * (LONGEST_TEXT // len(unit))  # some milliseconds; by the square of the length, it would be minutes
    for ending in ("", "!", "é"):
        find_token(text[:-1] + ending)
        token_prefix(text[:-1] + ending)
    assert find_token(f"{unit * LONGEST_TEXT} https://42min.us/s/{TOKEN}") is None


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_pages_find_one_link_in_a_text_and_refuse_two(store: Store, ana: HostStore, interview: EventType) -> None:
    one, two = ana.generate(interview.id, 2)
    urls = [link.url("https://42min.us/s") for link in (one, two)]
    assert store.look_up(f"<{urls[0]}>.").event_type.id == interview.id
    for text in (" ".join(urls), "no link", "x" * 1_000_000):
        with pytest.raises(LinkNotAvailable, match="This link is not available"):
            store.look_up(text)
        with pytest.raises(LinkNotAvailable):
            store.redeem(text)
    assert ana.counts().used == 0
    assert store.redeem(f"[book]({urls[0]})").id == one.id
    with store.redeeming(f"“{urls[1]}”,") as spent:
        assert spent.id == two.id


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_search_finds_a_link_in_a_text_and_a_label_that_looks_like_a_token(
    ana: HostStore, interview: EventType
) -> None:
    named, other = ana.generate(interview.id, labels=["Abcdefghijklmnopqrstuv", "Bo Chen"])
    noted, *_ = ana.generate(interview.id, labels=[f"instead of {other.token}"])
    for search, found in {
        "Abcdefghijklmnopqrstuv": [named],
        "abcdefghijklmnopqrstuv": [named],
        "“Abcdefghijklmnopqrstuv": [],
        f"Bo Chen\thttps://42min.us/s/{other.token}": [other],
        f"Abcdefghijklmnopqrstuv: https://42min.us/s/{other.token}.": [other],
        other.token: [noted, other],
        f"({other.token})": [other],
        f"https://42min.us/s/{other.token}": [other],
        f"/s/{other.token[:9]}...": [other],
        f"/s/{other.token} /s/{named.token}": [],
        f"{'x' * 300} {other.token}": [other],
    }.items():
        assert ana.window(LinkFilter(search=search)) == found, search
        passing = [link for link in (noted, other, named) if is_found(link.token, link.texts, search)]
        assert passing == found, search
