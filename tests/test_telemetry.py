import json
import logging
import warnings
from collections.abc import AsyncIterator, Iterator
from io import StringIO

import aiohttp
import pytest

from bot.telemetry import REDACTED, Telemetry, secrets_of, start_logging
from config.settings import Service, Settings, SettingsError, load

SECRETS = {
    "DISCORD_TOKEN": "discord-hunter2",
    "ALIVEAI_API_KEY": 'key-"hunter2"\\é',
    "ALIVEAI_PASSWORD": "password-hunter2",
    "REDIS_URL": "redis://user:redis-hunter2@127.0.0.1/0",
}
log = logging.getLogger("test.telemetry")


def settings(**changes: str) -> Settings:
    return load({**SECRETS, **changes})


@pytest.fixture
def output() -> Iterator[StringIO]:
    """Where logs go; the logging of the test run is put back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield StringIO()
    root.handlers[:], level = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture
async def telemetry() -> AsyncIterator[Telemetry]:
    async with Telemetry.open(Service(ops_port=0)) as opened:
        yield opened


async def answer(telemetry: Telemetry, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{telemetry.port}{path}") as response,
    ):
        return response.status, await response.text()


def test_every_secret_of_the_settings_is_known_by_its_type() -> None:
    assert secrets_of(settings()) == {*SECRETS.values(), "redis-hunter2"}


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_secret_of_the_settings_gets_into_the_log(output: StringIO, log_format: str) -> None:
    start_logging(settings(LOG_FORMAT=log_format), stream=output)
    for secret in SECRETS.values():
        log.info("the secret is %s", secret)
        log.info(f"it is {secret!r}")  # noqa: G004 - people do
        try:
            raise ValueError(secret)  # noqa: TRY301
        except ValueError:
            log.exception("failed")
    assert "hunter2" not in output.getvalue()
    assert REDACTED in output.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "GET https://discord.example/api/v10/webhooks/123/hunter2-abc/messages/5",
        "POST https://discord.example/api/v10/interactions/123/hunter2-abc/callback",
        "connecting to redis://somebody:hunter2@redis.example:6379",
        "headers: {'Authorization': 'Bearer hunter2hunter2hunter2'}",
        "headers: {'Authorization': 'Key hunter2hunter2hunter2'}",
        "logged in as eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.hunter2",
        "a token: hunter2hunter2hunter2hunter2.Xyz123." + "hunter2" * 5,
    ],
)
def test_what_has_the_shape_of_a_secret_is_blanked(output: StringIO, line: str) -> None:
    start_logging(settings(), stream=output)
    log.info("%s", line)
    assert "hunter2" not in output.getvalue()


def test_ordinary_lines_stay_as_they_are(output: StringIO) -> None:
    start_logging(settings(), stream=output)
    line = "job 123/abc: Key pressed, Bot ready, see https://aliveai.example:8080/path@2.0.1"
    log.info("%s", line)
    assert output.getvalue().endswith(f"INFO    test.telemetry: {line}\n")


def test_json_lines_hold_time_level_logger_message_and_traceback(output: StringIO) -> None:
    start_logging(settings(LOG_FORMAT="json"), stream=output)
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        log.exception("two\nlines")
    (line,) = output.getvalue().splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["logger"]) == ("ERROR", "test.telemetry")
    assert entry["message"] == "two\nlines"
    assert "ZeroDivisionError" in entry["traceback"]
    assert entry["time"].endswith("+00:00")


def test_the_level_is_the_operators_but_libraries_never_tell_whole_messages(
    output: StringIO,
) -> None:
    start_logging(settings(LOG_LEVEL="DEBUG"), stream=output)
    log.debug("ours")
    logging.getLogger("discord.gateway").debug("theirs")
    assert "ours" in output.getvalue()
    assert "theirs" not in output.getvalue()
    start_logging(settings(LOG_LEVEL="ERROR"), stream=output)
    logging.getLogger("discord.gateway").warning("theirs")
    assert "theirs" not in output.getvalue()


def test_starting_again_replaces_and_does_not_double(output: StringIO) -> None:
    start_logging(settings(), stream=output)
    start_logging(settings(), stream=output)
    log.info("once")
    assert output.getvalue().count("once") == 1


def test_warnings_are_log_lines(output: StringIO) -> None:
    start_logging(settings(), stream=output)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("mind the gap", stacklevel=1)
    assert "mind the gap" in output.getvalue()


async def test_a_process_is_live_before_it_is_ready(telemetry: Telemetry) -> None:
    assert await answer(telemetry, "/live") == (200, "live\n")
    assert await answer(telemetry, "/ready") == (503, "not ready\n")
    telemetry.ready = lambda: True
    assert await answer(telemetry, "/ready") == (200, "ready\n")


async def test_a_readiness_that_fails_is_not_ready(
    telemetry: Telemetry, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> bool:
        raise RuntimeError("no idea")

    telemetry.ready = broken
    status, _ = await answer(telemetry, "/ready")
    assert status == 503
    assert "no idea" in caplog.text


async def test_metrics_are_served_as_prometheus_reads_them(telemetry: Telemetry) -> None:
    telemetry.metrics.jobs.labels("imagine", "done").inc()
    telemetry.metrics.job_seconds.labels("imagine").observe(3)
    status, text = await answer(telemetry, "/metrics")
    assert status == 200
    assert 'vivant_jobs_total{operation="imagine",outcome="done"} 1.0' in text
    assert 'vivant_job_seconds_bucket{le="5.0",operation="imagine"} 1.0' in text
    assert "process_cpu_seconds_total" in text


async def test_errors_in_the_log_show_in_the_metrics(telemetry: Telemetry) -> None:
    log.error("one")
    _, text = await answer(telemetry, "/metrics")
    assert 'vivant_log_records_total{level="ERROR"} 1.0' in text


async def test_two_processes_in_one_do_not_share_metrics(telemetry: Telemetry) -> None:
    async with Telemetry.open(Service(ops_port=0)) as other:
        other.metrics.turns.labels("done").inc()
        assert b'vivant_turns_total{outcome="done"}' not in telemetry.metrics.written()


async def test_a_taken_port_is_said_by_the_name_of_its_variable(telemetry: Telemetry) -> None:
    with pytest.raises(SettingsError, match="OPS_PORT"):
        async with Telemetry.open(Service(ops_port=telemetry.port)):
            pytest.fail("opened twice")
