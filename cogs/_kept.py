"""What waits for its owner's next press: kept in the store for a while, under a key in a button."""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.errors import NotFound
from cogs._answers import Click


async def keep(
    interaction: Click,
    kind: str,
    value: Mapping[str, Any],
    seconds: float,
    key: str = "",
) -> str:
    """Keep something for whoever asks, as plain JSON; returns its key, a new one if none is given.

    ``kind`` keeps apart what different buttons wait for.
    """
    key = key or secrets.token_hex(8)
    owner_id, options = interaction.user.id, interaction.client.store.options
    await options.put_of(owner_id, f"{kind}:{key}", {**value, "owner": owner_id}, seconds)
    return key


async def kept(interaction: Click, kind: str, key: str, *, lost: str = "draft") -> dict[str, Any]:
    """What waits for whoever asks under a key, which may be forged.

    Raises:
        NotFound: It is somebody else's, or gone; ``lost`` names it.
    """
    value: Any = await interaction.client.store.options.get(f"{kind}:{key}")
    if not isinstance(value, dict) or value.get("owner") != interaction.user.id:
        raise NotFound(lost)
    return value


async def let_go(interaction: Click, kind: str, key: str) -> None:
    """Keep something no longer."""
    await interaction.client.store.options.put(f"{kind}:{key}", None, 1)
