"""Answers the member endpoints, and checks the credentials of every other one."""

from datetime import timedelta, timezone

from aiohttp import web

from sandbox.aliveai.problems import Problem
from sandbox.aliveai.world import Answer, Call, Responder, World

LOCAL = timezone(timedelta(hours=-4))
"""The service's dates carry an offset that is not UTC."""


def check_credential(world: World, request: web.Request) -> None:
    """Raise a 401 unless the request has a valid API key or token under its own prefix."""
    prefix, _, secret = request.headers.get("Authorization", "").partition(" ")
    if prefix == "Key" and secret == world.state.account.api_key:
        return
    if prefix == "Bearer" and world.seals.knows(secret):
        return
    raise Problem(401, "Unauthorized")


async def login(call: Call) -> Answer:
    """A new token for the right email and password."""
    account = call.world.state.account
    if (call.body["email"], call.body["password"]) != (account.email, account.password):
        raise Problem(401, "Wrong email or password")
    return {"accessToken": call.world.seals.token(account.user_id)}


async def me(call: Call) -> Answer:
    """The account, API key included, as the service does."""
    account = call.world.state.account
    created = account.created.astimezone(LOCAL)
    return {
        "id": account.user_id,
        "credits": account.credits,
        "email": account.email,
        "apiKey": account.api_key,
        "emailConfirmed": True,
        "hasPurchase": True,
        "approved": True,
        "premiumExpiration": (created + timedelta(days=365)).isoformat(timespec="seconds"),
        "created": created.isoformat(timespec="seconds"),
    }


RESPONDERS: dict[str, Responder] = {"login_member": login, "get_me": me}
