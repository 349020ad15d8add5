"""What the operator sees of a running process: logs, metrics, and the answers to probes.

Logs go to standard error as text or as JSON lines, and no secret passes: neither one that the
settings hold nor anything that has the shape of one. Metrics have a registry of their own and are
served, with /live and /ready, on an address that is meant for the operator's network alone.
"""

import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Self, TextIO
from urllib.parse import urlsplit

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from pydantic import SecretStr

from config.settings import Service, Settings, SettingsError

log = logging.getLogger(__name__)

REDACTED = "[redacted]"

SHORTEST_SECRET = 4
"""Characters; blanking every shorter word would blank half of every line."""

SHAPES = (
    r"(?<=/webhooks/)\d+/[\w-]+",
    r"(?<=/interactions/)\d+/[\w-]+",
    r"(?<=://)[^\s/@]*:[^\s/@]+(?=@)",
    r"\b(?:Bot|Bearer|Key) [\w.~+/=-]{16,}",
    r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+",
    r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}",
)
"""Webhook and interaction tokens in paths, passwords in addresses, authorization headers, JSON
web tokens (what a login gives), and tokens of Discord bots."""

TALKATIVE = ("discord", "httpcore", "websockets", "asyncio")
"""Libraries whose DEBUG lines hold whole messages and headers; they stay at INFO."""

SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)


def secrets_of(settings: Settings) -> frozenset[str]:
    """Every secret among the settings, told by its type, and the passwords inside addresses."""
    found = set()
    for field in fields(settings):
        for value in dict(getattr(settings, field.name)).values():
            if isinstance(value, SecretStr):
                secret = value.get_secret_value()
                found |= {secret, urlsplit(secret).password or secret}
    return frozenset(secret for secret in found if len(secret) >= SHORTEST_SECRET)


def start_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send all log records to ``stream`` (standard error by default), in place of anywhere else."""
    service = settings.service
    shown = logging.StreamHandler(stream or sys.stderr)
    plain = _JsonLines() if service.log_format == "json" else _Text()
    shown.setFormatter(Redacting(plain, secrets_of(settings)))
    root = logging.getLogger()
    root.handlers[:] = [shown]
    root.setLevel(service.log_level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(root.level, logging.INFO))
    logging.captureWarnings(capture=True)


class Redacting(logging.Formatter):
    """Formats as another formatter does, and blanks secrets in all of it, tracebacks included."""

    def __init__(self, plain: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._plain = plain
        known = {spelling for secret in secrets for spelling in _spellings(secret)}
        words = [re.escape(secret) for secret in sorted(known, key=len, reverse=True)]
        self._pattern = re.compile("|".join([*words, *SHAPES]))

    def format(self, record: logging.LogRecord) -> str:
        return self._pattern.sub(REDACTED, self._plain.format(record))


class _Text(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("{asctime} {levelname:<7} {name}: {message}", style="{")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _spellings(secret: str) -> Iterable[str]:
    """As it is and as Python quotes it, each also as JSON escapes it."""
    for spelling in (secret, repr(secret)[1:-1]):
        yield spelling
        yield json.dumps(spelling, ensure_ascii=False)[1:-1]


class Metrics:
    """Every metric, by name; a label never holds an id, a name or a text of a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.refusals = self._counter("refusals", "What the policy refused.", "reason")
        self.jobs = self._counter("jobs", "Generations that ended.", "operation", "outcome")
        self.job_seconds = self._histogram("job_seconds", "From taken to shown.", "operation")
        self.turns = self._counter("turns", "Turns of scenes that ended.", "outcome")
        self.log_records = self._counter("log_records", "Log lines.", "level")
        self.discord_requests = self._counter(
            "discord_requests", "Answers of Discord's REST API.", "method", "status"
        )

    def written(self) -> bytes:
        """All values in the text format of Prometheus."""
        return generate_latest(self.registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, namespace="vivant", registry=self.registry)

    def _histogram(self, name: str, says: str, *labels: str) -> Histogram:
        return Histogram(
            name, says, labels, namespace="vivant", registry=self.registry, buckets=SECONDS
        )


class Telemetry:
    """Metrics and probes of one process; ``ready`` is asked by /ready and may be replaced."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.ready: Callable[[], bool] = lambda: False
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, service: Service) -> AsyncIterator[Self]:
        """Serve /live, /ready and /metrics on ``OPS_HOST``:``OPS_PORT``; 0 takes any free port.

        Raises:
            SettingsError: The address cannot be used.
        """
        telemetry = cls()
        counting = _Counting(telemetry.metrics)
        runner = web.AppRunner(telemetry._routes(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        logging.getLogger().addHandler(counting)
        try:
            telemetry.port = await _listen(runner, service)
            yield telemetry
        finally:
            logging.getLogger().removeHandler(counting)
            await runner.cleanup()

    def _routes(self) -> web.Application:
        served = web.Application()
        served.router.add_get("/live", self._live)
        served.router.add_get("/ready", self._ready)
        served.router.add_get("/metrics", self._metrics)
        return served

    async def _live(self, _: web.Request) -> web.Response:
        """The event loop turns, or nobody would answer."""
        return web.Response(text="live\n")

    async def _ready(self, _: web.Request) -> web.Response:
        try:
            ready = self.ready()
        except Exception:
            log.exception("cannot tell whether the process is ready")
            ready = False
        return web.Response(
            text="ready\n" if ready else "not ready\n", status=200 if ready else 503
        )

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            body=self.metrics.written(), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )


class _Counting(logging.Handler):
    """Counts log records, so that errors show up where the operator looks first."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        self._metrics.log_records.labels(record.levelname).inc()


async def _listen(runner: web.AppRunner, service: Service) -> int:
    """Open the port and reply which one it is."""
    site = web.TCPSite(runner, service.ops_host, service.ops_port)
    try:
        await site.start()
    except OSError as error:
        where = f"{service.ops_host}:{service.ops_port}"
        raise SettingsError([f"OPS_PORT cannot be used at {where}: {error.strerror}"]) from error
    port = int(runner.addresses[0][1])
    log.info("probes and metrics at http://%s:%d", service.ops_host, port)
    return port
