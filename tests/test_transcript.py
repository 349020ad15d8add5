"""A chat that is taken home is readable, whole, and harmless."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.transcript import Entry, markdown, page

ENTRIES = [
    Entry("Mira", "The lamp is lit.", others=("The lamp is out.",)),
    Entry("alice", "Good <b>evening</b> & all.", mine=True),
    Entry("Mira", "", picture=b"\x89PNG\r\n\x1a\n"),
]


class Seen(HTMLParser):
    """The tags of a page, and the texts between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_page_holds_all_versions_and_the_pictures_themselves() -> None:
    seen = Seen(page("Mira and alice", ENTRIES))
    assert "Good <b>evening</b> & all." in "".join(seen.texts)
    assert {"The lamp is lit.", "The lamp is out.", "1 more"} <= set(seen.texts)
    assert seen.tags.count("img") == 1
    assert "https://" not in page("Mira and alice", ENTRIES)


def test_markdown_names_who_speaks_and_what_is_a_picture() -> None:
    told = markdown("Mira and alice", ENTRIES)
    assert told.startswith("# Mira and alice\n\n**Mira:** The lamp is lit.\n\n")
    assert "> Another version: The lamp is out." in told
    assert "**Mira:** *[a picture]*" in told


@given(st.text(), st.text(), st.text())
def test_no_text_becomes_markup_of_the_page(title: str, speaker: str, text: str) -> None:
    plain = Seen(page("x", [Entry("x", "x", others=("x",))])).tags
    assert Seen(page(title, [Entry(speaker, text or "x", others=(text,))])).tags == plain
