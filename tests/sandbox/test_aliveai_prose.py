import pytest

from sandbox.aliveai.prose import LONG, Scene, intent_of, phrases, reply, tokens

MIRA = Scene("Mira", "Mira is a lighthouse keeper who loves old maps. She is shy.", "Ada")
SAID = (
    "Hi Mira!",
    "I repaired my telescope",
    "Where do you live?",
    "tell me a long story about a compass",
    "give me tips for sailing",
    "write a poem about rain",
    "some python code please",
    "*sits down*",
    "thanks!",
    "",
    "{topic} {nonsense}",
)


@pytest.mark.parametrize("said", SAID)
def test_the_tokens_of_a_reply_are_the_reply(said: str) -> None:
    text = reply(MIRA, said, "seed")
    assert "".join(tokens(text)) == text
    assert len(tokens(text)) > 10
    assert "{user}" not in text


def test_the_same_seed_gives_the_same_reply_and_others_vary() -> None:
    assert reply(MIRA, "Hello!", "one") == reply(MIRA, "Hello!", "one")
    lengths = {len(reply(MIRA, "I repaired my telescope", str(seed))) for seed in range(30)}
    assert len(lengths) > 20
    assert min(lengths) < 250
    assert max(lengths) > 450


def test_a_reply_takes_up_names_words_and_the_bio() -> None:
    replies = " ".join(reply(MIRA, "I repaired my telescope", str(seed)) for seed in range(40))
    for word in ("Ada", "telescope", "a lighthouse keeper", "old maps"):
        assert word in replies


def test_a_long_story_is_longer_than_one_message_elsewhere() -> None:
    for seed in range(20):
        assert len(reply(MIRA, "tell me a long story", str(seed))) > LONG


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("good morning", "greeting"),
        ("why is that?", "why"),
        ("I feel so lonely", "sad"),
        ("we won the cup", "happy"),
        ("nine bicycles", "statement"),
    ],
)
def test_it_tells_one_kind_of_message_from_another(said: str, intent: str) -> None:
    assert intent_of(said) == intent


def test_every_kind_of_message_has_something_to_say() -> None:
    special = {"story", "list", "poem", "code"}
    from_intents = {intent_of(said) for said in SAID} - special
    assert from_intents <= set(phrases().reactions)
