"""Clothes Resource: outfits that generations can put on."""

from bot.api.models.base import Reply


class Clothes(Reply):
    """An outfit, public or extracted from a picture of the account."""

    clothes_id: str
    clothes_prompt: str | None = None
    clothes_image_url: str | None = None
