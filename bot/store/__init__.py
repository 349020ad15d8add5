"""Everything that outlives a restart: typed records over the Redis protocol.

The only place that knows Redis, its key names and its lifetimes. There is one code path: with
``REDIS_URL`` the server there, without it an embedded one. Whatever goes wrong with the server is
``bot.errors.StoreDown``; a record that cannot be read is logged, set aside, and as good as absent.
"""

from bot.store.store import Store

__all__ = ["Store"]
