"""Every knob of Vivant: typed, frozen, grouped; the only reader of the environment.

``load()`` reads the environment and, unless told otherwise, a ``.env`` file, and raises
``SettingsError`` with one line per variable that is wrong or missing. Groups carry the prefix of
their variables, so ``settings.discord.token`` is ``DISCORD_TOKEN``. ``config/example.env`` lists
every variable with its default and one sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    Field,
    NonNegativeInt,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)


class SettingsError(Exception):
    """Settings that cannot work; ``problems`` holds one line per variable, naming it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _address(value: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.netloc:
        wanted = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ValueError(f"must be an address that begins with {wanted}")
    return value.rstrip("/")


class _Group(BaseSettings):
    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, case_sensitive=False
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the framework's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what ``load()`` hands in, or given values would mix with the environment."""
        return (init_settings,)


class Discord(_Group):
    """How to reach Discord, as whom, and with which privileges."""

    model_config = SettingsConfigDict(env_prefix="DISCORD_")

    token: SecretStr = Field(description="The bot's token.")
    api_url: str = Field("https://discord.com/api/v10", description="REST address with version.")
    gateway_url: str = Field("wss://gateway.discord.gg/", description="The whole socket address.")
    cdn_url: str = Field("https://cdn.discordapp.com", description="Where attachments live.")
    message_content: bool = Field(True, description="Ask for the message-content intent.")
    budget: float = Field(
        45.0, gt=0, le=50, description="Requests a second this process allows itself (limit: 50)."
    )
    guild_ready_seconds: float = Field(
        2.0, ge=0, le=30, description="Seconds to wait for servers to arrive after a login."
    )

    @field_validator("api_url", "cdn_url")
    @classmethod
    def _http(cls, value: str) -> str:
        return _address(value, ("http", "https"))

    @field_validator("gateway_url")
    @classmethod
    def _socket(cls, value: str) -> str:
        return _address(value, ("ws", "wss"))

    @field_validator("token")
    @classmethod
    def _not_blank(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value().strip()
        if not token or any(character.isspace() for character in token):
            raise ValueError("must be the token of the bot, without spaces")
        return SecretStr(token)


class AliveAI(_Group):
    """How to reach the AI API, with which credentials and corrections."""

    model_config = SettingsConfigDict(env_prefix="ALIVEAI_")

    api_key: SecretStr | None = Field(None, description="API key; or give email and password.")
    email: str | None = Field(None, description="Login, with ALIVEAI_PASSWORD, if without a key.")
    password: SecretStr | None = Field(None, description="Password of ALIVEAI_EMAIL.")
    url: str = Field("https://api.aliveai.app", description="Base address of the API.")
    ws_url: str = Field("wss://api.aliveai.app", description="Base of its sockets, no path.")
    server_id: str | None = Field(None, description="Private server for generations.")
    routes_file: Path | None = Field(None, description="TOML file that corrects route rows.")
    routes: str | None = Field(
        None, description="The same by hand: operation=[METHOD ]/path, by commas."
    )
    blocking: bool = Field(False, description="Development only: the blocking request header.")
    timeout_seconds: float = Field(30.0, gt=0, description="Longest wait for an ordinary answer.")
    idle_seconds: float = Field(60.0, gt=0, description="Longest silence inside a stream.")
    poll_seconds: float = Field(3.0, gt=0, description="Pause between polls of a prompt.")

    @field_validator("url")
    @classmethod
    def _http(cls, value: str) -> str:
        return _address(value, ("http", "https"))

    @field_validator("ws_url")
    @classmethod
    def _socket(cls, value: str) -> str:
        return _address(value, ("ws", "wss"))

    @model_validator(mode="after")
    def _credentials(self) -> Self:
        if not self.api_key and not (self.email and self.password):
            raise ValueError(
                "ALIVEAI_API_KEY is missing (or give ALIVEAI_EMAIL and ALIVEAI_PASSWORD)"
            )
        return self


class Rules(_Group):
    """What the operator allows; the policy's own rules cannot be switched off here."""

    explicit_enabled: bool = Field(False, description="Explicit content may exist at all.")
    direct_messages: bool = Field(False, description="Scenes in direct messages, filtered.")
    privacy_url: str | None = Field(None, description="Shown where texts go to the AI service.")
    operator_ids: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="Discord ids of the operators, separated by commas."
    )
    allowed_templates: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Ids of styles, profiles, poses and clothes fit for all places."
    )
    blocked_terms: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Further words and names to refuse, separated by commas."
    )

    @field_validator("operator_ids", "allowed_templates", "blocked_terms", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value


class Limits(_Group):
    """How much one person or one message may have."""

    running_jobs: int = Field(2, ge=1, description="Jobs of one person that run at once.")
    waiting_jobs: int = Field(5, ge=0, description="Jobs of one person that wait.")
    daily_pictures: int = Field(100, ge=0, description="Pictures a person may make a day; 0: any.")
    daily_videos: int = Field(20, ge=0, description="Videos a person may make a day; 0: any.")
    server_daily_pictures: int = Field(
        1000, ge=0, description="Pictures that may be made in one server a day; 0: any number."
    )
    server_daily_videos: int = Field(
        200, ge=0, description="Videos that may be made in one server a day; 0: any number."
    )
    role_limits: Annotated[dict[int, tuple[NonNegativeInt, NonNegativeInt]], NoDecode] = Field(
        {}, description="Roles with more jobs: role id=running/waiting, separated by commas."
    )
    exempt_roles: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="Ids of roles without these limits, separated by commas."
    )
    upload_bytes: int = Field(
        25 * 1024 * 1024, gt=0, description="Largest file of a person that is taken in."
    )
    media_bytes: int = Field(
        100 * 1024 * 1024, gt=0, description="Largest result that is downloaded."
    )
    turn_wait_seconds: float = Field(
        1.5, ge=0, le=6, description="Quiet time after which messages become a turn."
    )
    turn_most_seconds: float = Field(
        6.0, ge=0, description="Longest time messages are gathered into a turn."
    )
    search_seconds: float = Field(
        60.0, ge=0, description="Longest search for what was sent but whose answer was lost."
    )
    fetch_seconds: float = Field(
        300.0, ge=0, description="Longest time a finished result is fetched again and again."
    )
    away_seconds: float = Field(
        3600.0, ge=0, description="Age up to which messages are answered after a downtime."
    )
    queue_pause_seconds: float = Field(
        10.0, gt=0, description="Pause before another create when the account's queue is full."
    )
    retention_days: int = Field(90, ge=1, description="Days that prompts and audit are kept.")

    @field_validator("role_limits", mode="before")
    @classmethod
    def _paired(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        entries = (part.partition("=") for part in value.split(",") if part.strip())
        return {role.strip(): tuple(limits.split("/")) for role, _, limits in entries}

    @field_validator("exempt_roles", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value


class Service(_Group):
    """Where the process keeps things and how it is looked after."""

    redis_url: SecretStr | None = Field(None, description="Empty: an embedded store in DATA_DIR.")
    data_dir: Path = Field(Path("data"), description="Where the embedded store keeps its files.")
    lease_seconds: float = Field(
        12.0, ge=1, description="Seconds after a crash until another process goes on."
    )
    ops_host: str = Field("127.0.0.1", description="Address of /live, /ready and /metrics.")
    ops_port: int = Field(9090, ge=0, le=65535, description="Its port; 0: any free one.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field("text", description="text or json.")
    media_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Further hosts that media may come from, by commas."
    )
    shard_count: int | None = Field(None, ge=1, description="Shards in all; empty: Discord's word.")
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = Field(
        None, description="Shards of this process, by commas; empty: all."
    )

    @field_validator("media_hosts", "shard_ids", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr | None) -> SecretStr | None:
        schemes = ("redis://", "rediss://", "unix://")
        if value and not value.get_secret_value().startswith(schemes):
            raise ValueError(f"must begin with {', '.join(schemes[:-1])} or {schemes[-1]}")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _format(cls, value: str) -> str:
        if value not in {"text", "json"}:
            raise ValueError("must be text or json")
        return value

    @model_validator(mode="after")
    def _shards(self) -> Self:
        if self.shard_ids is not None and not self.shard_count:
            raise ValueError("SHARD_IDS needs SHARD_COUNT, the number of shards in all")
        if any(not 0 <= shard < (self.shard_count or 0) for shard in self.shard_ids or ()):
            raise ValueError("SHARD_IDS must be numbers from 0 up to SHARD_COUNT minus one")
        return self


@dataclass(frozen=True, slots=True)
class Settings:
    """All groups together; made once by ``load()`` and handed down."""

    discord: Discord
    aliveai: AliveAI
    rules: Rules
    limits: Limits
    service: Service

    def without_message_content(self) -> Self:
        """The same, without asking Discord for the message-content intent."""
        discord = self.discord.model_copy(update={"message_content": False})
        return replace(self, discord=discord)


GROUPS: dict[str, type[_Group]] = {
    "discord": Discord,
    "aliveai": AliveAI,
    "rules": Rules,
    "limits": Limits,
    "service": Service,
}

GroupT = TypeVar("GroupT", bound=_Group)


def load(
    values: Mapping[str, str] | None = None, *, env_file: Path | None = Path(".env")
) -> Settings:
    """Read all settings, from ``values`` alone if given, else from the environment.

    Args:
        values: Variables by their upper-case names, instead of environment and file.
        env_file: A file read behind the environment; ``None`` reads none.

    Raises:
        SettingsError: With one line per variable that is wrong or missing.
    """
    problems: list[str] = []
    groups = {name: _group(group, values, env_file, problems) for name, group in GROUPS.items()}
    if problems:
        raise SettingsError(problems)
    return Settings(**groups)  # type: ignore[arg-type]


def _group(
    group: type[GroupT],
    values: Mapping[str, str] | None,
    env_file: Path | None,
    problems: list[str],
) -> GroupT | None:
    try:
        if values is None:
            return group.model_validate(_surrounding(group, env_file))
        return group.model_validate(_named(group, values))
    except ValidationError as error:
        lines = {_variable(group, item["loc"]): _line(group, dict(item)) for item in error.errors()}
        problems += lines.values()
        return None


def _surrounding(group: type[_Group], env_file: Path | None) -> dict[str, Any]:
    """The group's fields out of the environment and, behind it, the file."""
    return {
        **DotEnvSettingsSource(group, env_file=env_file)(),
        **EnvSettingsSource(group)(),
    }


def _named(group: type[_Group], values: Mapping[str, str]) -> dict[str, str]:
    """The group's own fields out of ``values``; empty means the default, as in a file."""
    return {
        name: values[variable]
        for name in group.model_fields
        if values.get(variable := variable_of(group, name))
    }


def variable_of(group: type[_Group], field: str) -> str:
    """The environment variable that sets ``field`` of ``group``."""
    return (group.model_config.get("env_prefix", "") + field).upper()


def _variable(group: type[_Group], loc: tuple[int | str, ...]) -> str:
    return variable_of(group, str(loc[0])) if loc else ""


def _line(group: type[_Group], error: dict[str, Any]) -> str:
    """One sentence on one wrong variable; never its value, which may be a secret."""
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return message
    variable = _variable(group, error["loc"])
    if error["type"] == "missing":
        return f"{variable} is missing"
    return f"{variable} {message[0].lower()}{message[1:]}"


class Sandbox(_Group):
    """The local world of ``python -m sandbox``; the bot itself never reads these."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_")

    port: int = Field(8080, ge=0, le=65535, description="Port of the page; 0: any free one.")


def sandbox() -> Sandbox:
    """Read the sandbox's settings from the environment.

    Raises:
        SettingsError: With one line per variable that is wrong.
    """
    problems: list[str] = []
    group = _group(Sandbox, None, None, problems)
    if group is None:
        raise SettingsError(problems)
    return group
