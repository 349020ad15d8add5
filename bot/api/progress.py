"""What is known of a generation, from whatever was seen of it in whatever order.

Sightings come from a socket that may repeat, drop and reorder, and from polls. Folding them is
pure and only ever moves forward, so the last state does not depend on the way there. A generation
is done when an event says so or when Get Prompt has a medium of the wanted type. A medium in an
unfinished event is a preview.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from bot.api import routes
from bot.api.models.events import Phase, PromptState
from bot.api.models.media import Media
from bot.api.models.prompts import PromptContainer, PromptEvent, QueueEntry
from bot.api.pictures import sniff
from bot.errors import ApiError, GenerationFailed, Missing, Unreachable

ERRORS_IN_A_ROW = 10
"""Failed polls in a row after which the API counts as unreachable."""

ABSENCES_IN_A_ROW = 20
"""Polls in a row that find neither the prompt nor a place in the queue, until it is missing."""

UNSURE_ABSENCES_IN_A_ROW = 100
"""The same while the queue cannot be read, or while the prompt exists without a result."""

EMPTY_ENDS = 10
"""Polls for the media of a prompt that was said to be finished."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One poll: the prompt, if it could be read, and its place in the queue, if that could be."""

    container: PromptContainer | None = None
    entry: QueueEntry | None = None
    queue_known: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """An unfinished picture that came as a binary frame."""

    picture: bytes = field(repr=False)


Sighting = PromptEvent | Snapshot | Preview | ApiError
"""An error stands for a poll that failed in a way that may pass."""


def read_frame(frame: str | bytes, prompt_id: str) -> PromptEvent | Preview | None:
    """The sighting in a socket's frame; ``None`` if it is unreadable or of another prompt."""
    if isinstance(frame, bytes) and sniff(frame):
        return Preview(frame)
    try:
        event = PromptEvent.model_validate_json(frame)
    except ValidationError:
        return None
    return event if event.prompt_id in {None, prompt_id} else None


@dataclass(frozen=True, slots=True)
class Progress:
    """The sum of all sightings of one generation that should yield a ``wants``."""

    wants: str
    state: PromptState = field(default_factory=PromptState)
    finished: bool = False
    errors: int = 0
    absences: int = 0
    empty_ends: int = 0

    def after(self, sighting: Sighting) -> "Progress":
        """What is known with ``sighting`` added.

        Raises:
            GenerationFailed: It is an error event, or the end came without a result.
            Missing: The prompt was not to be found for too long.
            Unreachable: Too many polls failed in a row.
        """
        if self.state.phase is Phase.DONE:
            return self
        match sighting:
            case PromptEvent():
                return self._after_event(sighting)
            case Snapshot():
                return self._after_snapshot(sighting)
            case Preview():
                return self._seen_alive(replace(self.state, previews=(sighting.picture,)))
            case _:
                return self._after_error(sighting)

    def _after_event(self, event: PromptEvent) -> "Progress":
        if event.is_error:
            kind = str(event.error_type or "UNKNOWN")
            raise GenerationFailed(routes.WS_PROMPT_EVENTS.operation, kind, event.message or "")
        container = event.prompt_container
        if event.is_complete:
            results = container.results(self.wants) if container else ()
            return self._done(results) if results else replace(self, finished=True)
        state = advance(
            self.state,
            progress=event.progress,
            position=event.queue_position,
            previews=[one for one in container.medias if one.media_url] if container else [],
            note=event.message if event.is_system else None,
        )
        return self._seen_alive(state)

    def _after_snapshot(self, seen: Snapshot) -> "Progress":
        if seen.container and seen.container.is_error:
            reason = seen.container.error_message or ""
            raise GenerationFailed(routes.GET_PROMPT.operation, "UNKNOWN", reason)
        if results := seen.container.results(self.wants) if seen.container else ():
            return self._done(results)
        if self.finished:
            return self._after_empty_end()
        if seen.entry is None:
            return self._after_absence(seen)
        entry = seen.entry
        state = advance(self.state, progress=entry.progress, position=entry.queue_position)
        return self._seen_alive(state)

    def _after_empty_end(self) -> "Progress":
        if self.empty_ends + 1 >= EMPTY_ENDS:
            reason = "finished without a result"
            raise GenerationFailed(routes.GET_PROMPT.operation, "EMPTY", reason)
        return replace(self, empty_ends=self.empty_ends + 1, errors=0)

    def _after_absence(self, seen: Snapshot) -> "Progress":
        sure = seen.queue_known and seen.container is None
        if self.absences + 1 >= (ABSENCES_IN_A_ROW if sure else UNSURE_ABSENCES_IN_A_ROW):
            raise Missing(routes.GET_PROMPT.operation, 404, "neither queued nor finished")
        return replace(self, absences=self.absences + 1, errors=0)

    def _after_error(self, error: ApiError) -> "Progress":
        if self.errors + 1 >= ERRORS_IN_A_ROW:
            raise Unreachable(error.route, f"{self.errors + 1} errors in a row") from error
        return replace(self, errors=self.errors + 1)

    def _seen_alive(self, state: PromptState) -> "Progress":
        return replace(self, state=state, errors=0, absences=0)

    def _done(self, medias: tuple[Media, ...]) -> "Progress":
        return replace(self, state=PromptState(Phase.DONE, progress=100.0, medias=medias))


def advance(
    state: PromptState,
    *,
    progress: float | None = None,
    position: int | None = None,
    previews: Sequence[Media] = (),
    note: str | None = None,
) -> PromptState:
    """``state`` moved forward; what is older than it changes nothing but a missing note."""
    reached = _later(state.progress, progress)
    running = state.phase is Phase.RUNNING or bool(reached)
    stale = progress is not None and reached is not None and progress < reached
    return replace(
        state,
        phase=Phase.RUNNING if running else Phase.QUEUED,
        position=None if running else _nearer(state.position, position),
        progress=reached,
        previews=tuple(previews) if previews and not stale else state.previews,
        note=note or state.note,
    )


def _later(known: float | None, seen: float | None) -> float | None:
    if seen is None or math.isnan(seen):
        return known
    return max(known or 0.0, min(max(seen, 0.0), 100.0))


def _nearer(known: int | None, seen: int | None) -> int | None:
    if seen is None or seen < 0:
        return known
    return seen if known is None else min(known, seen)
