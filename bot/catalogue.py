"""What the API has to choose from: styles, poses, clothes and trained profiles.

The lists change rarely and completing an option must be quick, so each is kept in the store for
an hour. They are the account's; which entries somebody may use is the policy's business.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from bot.api import Api, routes
from bot.api.models.poses import PoseGroup
from bot.store import Store

LIFETIME = 3600.0
"""Seconds that a list is kept."""

PAGES = 5
"""Pages of profiles that are read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose: ``value`` goes into a body, ``image`` is a signed address or empty."""

    value: str
    name: str
    group: str = ""
    strength: float = 5.0
    image: str = ""


class Catalogue:
    """The lists, from the store while they are fresh, else from the API."""

    def __init__(self, api: Api, store: Store) -> None:
        self._api = api
        self._options = store.options

    async def styles(self, template_types: str) -> list[Entry]:
        """The templates of one or more types, by their names separated by spaces."""
        found: list[Entry] = []
        for each in template_types.split():
            found += await self._kept(f"styles:{each}", partial(self._styles, each))
        return found

    async def poses(self) -> list[Entry]:
        """The ready poses; ``group`` is the type that goes along in a body."""
        return await self._kept("poses", self._poses)

    async def clothes(self) -> list[Entry]:
        """The clothes that the API offers to everybody."""
        return await self._kept("clothes", self._clothes)

    async def profiles(self) -> list[Entry]:
        """The account's trained profiles."""
        return await self._kept("profiles", self._profiles)

    async def _kept(self, name: str, load: Callable[[], Awaitable[list[Entry]]]) -> list[Entry]:
        kept: Any = await self._options.get(f"catalogue:{name}")
        if isinstance(kept, list):
            return [Entry(**each) for each in kept]
        entries = await load()
        await self._options.put(f"catalogue:{name}", [asdict(each) for each in entries], LIFETIME)
        return entries

    async def _styles(self, template_type: str) -> list[Entry]:
        path = {"templateType": template_type}
        return [
            Entry(
                value=each.id,
                name=each.name or each.id,
                group=template_type,
                strength=each.strength or 5.0,
                image=next((one.media_url or "" for one in each.medias), ""),
            )
            for each in await self._api.call(routes.LIST_LORAS_BY_TYPE, path=path)
        ]

    async def _poses(self) -> list[Entry]:
        poses = await self._api.call(routes.LIST_POSES)
        groups = [group for _, group in poses if isinstance(group, PoseGroup)]
        return [
            Entry(each.id, each.id.replace("_", " "), group.type or "", image=each.image or "")
            for group in groups
            for each in group.poses
        ]

    async def _clothes(self) -> list[Entry]:
        return [
            Entry(each.clothes_id, each.clothes_prompt or "", image=each.clothes_image_url or "")
            for each in await self._api.call(routes.LIST_PUBLIC_CLOTHES)
        ]

    async def _profiles(self) -> list[Entry]:
        found: list[Entry] = []
        for page in range(PAGES):
            listed = await self._api.call(routes.LIST_PROFILES, query={"page": page})
            found += [Entry(each.id, each.name or each.id) for each in listed.profiles]
            if not listed.has_next_page:
                break
        return found
