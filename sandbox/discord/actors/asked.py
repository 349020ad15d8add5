"""What became of something a person asked of the bot."""

from typing import TYPE_CHECKING, Any

from sandbox.discord.model import Interaction, Json, Message
from sandbox.discord.rules.modals import inputs

if TYPE_CHECKING:
    from sandbox.discord.world import World


class NotAnswered(AssertionError):
    """The bot did not acknowledge within three seconds: "The application did not respond"."""


class Asked:
    """One interaction from the person's side; it is acknowledged when a test gets hold of it."""

    def __init__(self, world: "World", interaction: Interaction) -> None:
        self._world = world
        self.interaction = interaction

    @property
    def message(self) -> Message:
        """The bot's answer, or the message it changed."""
        found = self.interaction.response or self.interaction.message
        if found is None:
            raise AssertionError(f"answered without a message: {self.interaction}")
        return found

    @property
    def deferred(self) -> bool:
        """The answer is still "thinking"."""
        response = self.interaction.response
        return bool(response and response.loading)

    @property
    def modal(self) -> Json:
        """The modal that was opened."""
        if self.interaction.modal is None:
            raise AssertionError(f"no modal was opened: {self.interaction}")
        return self.interaction.modal

    @property
    def fields(self) -> list[str]:
        """The labels of the modal's inputs."""
        return [str(row.get("label") or part.get("label")) for row, part in inputs(self.modal)]

    @property
    def followups(self) -> list[Message]:
        return self.interaction.followups

    @property
    def ephemeral(self) -> bool:
        return self.interaction.ephemeral

    async def answer(self, *, timeout: float = 5) -> Message:  # noqa: ASYNC109
        """The answer once it is no longer "thinking"; NotSeen after ``timeout`` seconds."""

        def settled() -> Message | None:
            response = self.interaction.response
            return response if response and not response.loading else None

        return await self._world.until(settled, timeout=timeout, what="the bot's answer")

    async def followup(self, *, timeout: float = 5) -> Message:  # noqa: ASYNC109
        """The newest follow-up; NotSeen after ``timeout`` seconds."""

        def newest() -> Message | None:
            return self.followups[-1] if self.followups else None

        return await self._world.until(newest, timeout=timeout, what="a follow-up")


async def acknowledged(world: "World", interaction: Interaction) -> Asked:
    """Wait for the bot's acknowledgement.

    Raises:
        NotAnswered: After three seconds of the world's clock.
    """
    one: Any = interaction
    await world.until(lambda: one.acknowledged or one.failed, timeout=10, what="an acknowledgement")
    if one.failed:
        raise NotAnswered(f"the application did not respond to {interaction.data}")
    return Asked(world, interaction)
