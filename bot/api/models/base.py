"""What all wire models share: names, strictness, and how guesses about replies are contained.

Attributes are snake_case, the wire is camelCase; both are accepted when a model is made. Requests
refuse unknown fields and enforce the documented limits before anything is sent. Replies ignore
unknown fields and keep unknown enum values, since the API grows without notice.
"""

from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class Wire(BaseModel):
    """Base of everything that travels as JSON."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Request(Wire):
    """A body that we send. Fields that were never set are left to the API's own defaults."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    always_sent: ClassVar[frozenset[str]] = frozenset()

    @property
    def runs_on_private_servers(self) -> bool:
        """Whether a ``serverId`` may go along; some documented models rule it out."""
        return True

    def wire(self) -> dict[str, Any]:
        """The JSON body: fields that were set, ``None`` included, and documented musts."""
        musts = self.model_dump(mode="json", by_alias=True, include=set(self.always_sent))
        return musts | self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Reply(Wire):
    """A body that we receive."""

    model_config = ConfigDict(extra="ignore", protected_namespaces=())


def _absent_if_unreadable(value: object, read: ValidatorFunctionWrapHandler) -> object:
    try:
        return read(value or None)
    except ValidationError:
        return None


def _list_if_null(value: object) -> object:
    return [] if value is None else value


def _readable_only(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """Keep the elements that can be read; one odd element must not hide all others."""
    if not isinstance(value, list):
        return read([] if value is None else value)
    kept: list[object] = []
    for element in value:
        try:
            kept += read([element])
        except ValidationError:
            continue
    return kept


Listed = Annotated[list[T], BeforeValidator(_list_if_null)]
"""A list that may arrive as null."""

Readable = Annotated[list[T], WrapValidator(_readable_only)]
"""A list whose element shape is only guessed: unreadable elements are left out."""

Guessed = Annotated[T | None, WrapValidator(_absent_if_unreadable)]
"""An object whose fields the documentation does not show: unreadable means absent."""

Open = Annotated[T | str, Field(union_mode="left_to_right")]
"""An enum in a reply: a value that is not in the documentation is kept as text."""
