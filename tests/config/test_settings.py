from dataclasses import astuple
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import GROUPS, SettingsError, load, variable_of

EXAMPLE = Path(__file__).parents[2] / "config" / "example.env"
NEEDED = {"DISCORD_TOKEN": "token-of-the-bot", "ALIVEAI_API_KEY": "key-of-the-account"}
VARIABLES = [
    (variable_of(group, name), field.description)
    for group in GROUPS.values()
    for name, field in group.model_fields.items()
]
WRONG = [
    ("DISCORD_TOKEN", "two words"),
    ("DISCORD_TOKEN", " "),
    ("DISCORD_API_URL", "discord.example"),
    ("DISCORD_GATEWAY_URL", "https://discord.example"),
    ("DISCORD_CDN_URL", "ftp://cdn.example"),
    ("DISCORD_MESSAGE_CONTENT", "perhaps"),
    ("DISCORD_BUDGET", "51"),
    ("DISCORD_GUILD_READY_SECONDS", "-1"),
    ("ALIVEAI_URL", "aliveai.example"),
    ("ALIVEAI_WS_URL", "https://aliveai.example"),
    ("ALIVEAI_BLOCKING", "perhaps"),
    ("ALIVEAI_TIMEOUT_SECONDS", "0"),
    ("ALIVEAI_IDLE_SECONDS", "long"),
    ("ALIVEAI_POLL_SECONDS", "0"),
    ("EXPLICIT_ENABLED", "perhaps"),
    ("DIRECT_MESSAGES", "2"),
    ("OPERATOR_IDS", "12,somebody,anybody"),
    ("RUNNING_JOBS", "0"),
    ("WAITING_JOBS", "-1"),
    ("DAILY_PICTURES", "-1"),
    ("DAILY_VIDEOS", "-1"),
    ("SERVER_DAILY_PICTURES", "-1"),
    ("SERVER_DAILY_VIDEOS", "-1"),
    ("EXEMPT_ROLES", "patrons"),
    ("ROLE_LIMITS", "patrons=1/2"),
    ("ROLE_LIMITS", "12=1"),
    ("ROLE_LIMITS", "12=-1/2"),
    ("UPLOAD_BYTES", "0"),
    ("MEDIA_BYTES", "100 MB"),
    ("TURN_WAIT_SECONDS", "7"),
    ("TURN_MOST_SECONDS", "-1"),
    ("SEARCH_SECONDS", "-1"),
    ("FETCH_SECONDS", "-1"),
    ("AWAY_SECONDS", "-1"),
    ("QUEUE_PAUSE_SECONDS", "0"),
    ("RETENTION_DAYS", "0"),
    ("REDIS_URL", "user:hunter2@redis.example"),
    ("LEASE_SECONDS", "0"),
    ("OPS_PORT", "65536"),
    ("LOG_LEVEL", "LOUD"),
    ("LOG_FORMAT", "xml"),
    ("SHARD_COUNT", "0"),
    ("SHARD_IDS", "0,one"),
    ("SHARD_IDS", "0"),
]


def example() -> list[tuple[str, str, str]]:
    """Variable, value and sentence of every entry of the example file."""
    lines = EXAMPLE.read_text().splitlines()
    entries = []
    for above, line in pairwise(lines):
        if "=" in line and not line.startswith("#"):
            variable, value = line.split("=", 1)
            entries.append((variable, value, above.removeprefix("# ")))
    return entries


def problems(values: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load(values)
    return refused.value.problems


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, _ in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def test_the_example_names_every_variable_with_its_sentence() -> None:
    assert [(variable, sentence) for variable, _, sentence in example()] == VARIABLES


def test_the_example_holds_the_defaults() -> None:
    shown = {variable: value for variable, value, _ in example()}
    assert astuple(load({**shown, **NEEDED})) == astuple(load(NEEDED))
    unset = {variable for variable, value in shown.items() if not value}
    for group in GROUPS.values():
        for name, field in group.model_fields.items():
            without_value = field.is_required() or field.default in (None, frozenset(), {})
            assert (variable_of(group, name) in unset) == without_value


def test_no_variable_is_shared_by_two_groups() -> None:
    names = [variable for variable, _ in VARIABLES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_a_wrong_value_is_one_line_that_names_the_variable(variable: str, value: str) -> None:
    (line,) = problems({**NEEDED, variable: value})
    assert line.startswith(f"{variable} ")
    assert "\n" not in line


def test_every_variable_that_can_be_wrong_is_tried() -> None:
    free_text = {
        "ALIVEAI_API_KEY",
        "ALIVEAI_EMAIL",
        "ALIVEAI_PASSWORD",
        "ALIVEAI_SERVER_ID",
        "ALIVEAI_ROUTES_FILE",
        "ALIVEAI_ROUTES",
        "PRIVACY_URL",
        "ALLOWED_TEMPLATES",
        "BLOCKED_TERMS",
        "DATA_DIR",
        "OPS_HOST",
        "MEDIA_HOSTS",
    }
    assert {variable for variable, _ in WRONG} | free_text == {name for name, _ in VARIABLES}


def test_everything_wrong_is_said_at_once() -> None:
    said = problems({"OPS_PORT": "many", "LOG_LEVEL": "LOUD", "RUNNING_JOBS": "none"})
    named = [line.split()[0] for line in said]
    assert named == ["DISCORD_TOKEN", "ALIVEAI_API_KEY", "RUNNING_JOBS", "OPS_PORT", "LOG_LEVEL"]


def test_a_missing_token_is_said_so() -> None:
    assert problems({"ALIVEAI_API_KEY": "k"}) == ["DISCORD_TOKEN is missing"]


def test_half_a_login_is_no_login() -> None:
    (line,) = problems({"DISCORD_TOKEN": "t", "ALIVEAI_EMAIL": "me@mail.example"})
    assert line.startswith("ALIVEAI_API_KEY is missing")
    assert load({"DISCORD_TOKEN": "t", "ALIVEAI_EMAIL": "e", "ALIVEAI_PASSWORD": "p"})


@pytest.mark.parametrize("variable", [variable for variable, _ in VARIABLES])
def test_no_value_is_ever_printed(variable: str) -> None:
    said = ""
    try:
        load({**NEEDED, variable: "hunter2 hunter2", "OPS_PORT": "wrong"})
    except SettingsError as error:
        said = f"{error} {error!r} {error.__context__!r}"
    assert said
    assert "hunter2" not in said


def test_secrets_do_not_show_in_settings() -> None:
    secret = {
        "DISCORD_TOKEN": "hunter2",
        "ALIVEAI_API_KEY": "hunter2",
        "ALIVEAI_PASSWORD": "hunter2",
        "REDIS_URL": "redis://:hunter2@host",
    }
    settings = load(secret)
    assert "hunter2" not in f"{settings} {settings!r} {astuple(settings)}"


def test_a_shard_must_be_one_of_those_counted() -> None:
    good = load({**NEEDED, "SHARD_COUNT": "4", "SHARD_IDS": "0, 3"})
    assert good.service.shard_ids == (0, 3)
    assert problems({**NEEDED, "SHARD_COUNT": "4", "SHARD_IDS": "4"})[0].startswith("SHARD_IDS")
    assert problems({**NEEDED, "SHARD_COUNT": "4", "SHARD_IDS": "-1"})[0].startswith("SHARD_IDS")


def test_lists_are_separated_by_commas_and_spaces_do_not_matter() -> None:
    settings = load({**NEEDED, "OPERATOR_IDS": "1, 2,", "BLOCKED_TERMS": "ab, c d"})
    assert settings.rules.operator_ids == {1, 2}
    assert settings.rules.blocked_terms == {"ab", "c d"}


def test_addresses_lose_their_last_slash() -> None:
    settings = load({**NEEDED, "ALIVEAI_URL": "http://127.0.0.1:1/"})
    assert settings.aliveai.url == "http://127.0.0.1:1"


def test_given_values_are_not_mixed_with_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("ALIVEAI_API_KEY", "key-of-somebody-else")
    assert load(NEEDED).service.log_level == "INFO"
    assert problems({"DISCORD_TOKEN": "t"})[0].startswith("ALIVEAI_API_KEY")


@pytest.mark.usefixtures("bare_environment")
def test_the_environment_wins_over_the_file_and_empty_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "DISCORD_TOKEN=t\nALIVEAI_API_KEY=k\nOPS_PORT=\nRUNNING_JOBS=3\nWAITING_JOBS=4\nOTHER=1\n"
    )
    monkeypatch.setenv("WAITING_JOBS", "9")
    settings = load(env_file=file)
    assert (settings.limits.running_jobs, settings.limits.waiting_jobs) == (3, 9)
    assert settings.service.ops_port == 9090


@pytest.mark.usefixtures("bare_environment")
def test_without_a_file_only_the_environment_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=t\nALIVEAI_API_KEY=k\n")
    monkeypatch.chdir(tmp_path)
    assert load()
    with pytest.raises(SettingsError):
        load(env_file=None)


def test_settings_do_not_change() -> None:
    settings = load(NEEDED)
    with pytest.raises(ValidationError):
        setattr(settings.service, "log_level", "DEBUG")  # noqa: B010 - mypy knows it is frozen
