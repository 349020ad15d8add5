"""The table of operations: what a job can ask the AI API to make.

One row says which endpoint makes it, what comes out, under which name the API echoes the request
in the prompt's container (how a job is recognised after a crash), and how long to wait for it.
Jobs, policy and cogs read the table; the path through the code is the same for all rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.api import compose, routes
from bot.api.models.base import Request
from bot.api.models.prompts import Created
from bot.api.routes import Route

IMAGE_PATIENCE = 30 * 60.0
"""Seconds to wait for a picture. Public clients saw minutes pass while a model was loaded."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to make a medium.

    Attributes:
        route: The endpoint that creates the prompt.
        wants: The kind of medium that is the result.
        echo: The container's attribute that repeats the request.
        patience: Seconds after which the wait is given up.
    """

    route: Route[Created]
    wants: Literal["IMAGE", "VIDEO"]
    echo: str
    patience: float

    @property
    def name(self) -> str:
        """The operation's name: its route's, so that an endpoint has one name everywhere."""
        return self.route.operation

    def request(self, body: Mapping[str, Any]) -> Request:
        """The request for a body by wire names.

        Raises:
            Invalid: A field is unknown or breaks its documented limit.
        """
        return compose(self.route, body)


IMAGE = Operation(routes.CREATE_IMAGE_PROMPT, "IMAGE", "original_prompt", IMAGE_PATIENCE)

OPERATIONS = {operation.name: operation for operation in (IMAGE,)}
