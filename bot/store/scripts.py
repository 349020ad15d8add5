"""The atomic steps, in Lua; each does no harm when it is repeated.

They name keys beyond ``KEYS``, which one primary allows and a Redis Cluster would not.
"""

INDEXED = """
local function indexes_of(record)
  local ok, listed = pcall(function()
    return cjson.decode(redis.call('HGET', record, 'indexes'))
  end)
  return ok and type(listed) == 'table' and listed or {}
end
"""

SAVE = (
    INDEXED
    + """
local record = KEYS[1]
local id, json, score, ends = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local indexes, exclusive = cjson.decode(ARGV[5]), cjson.decode(ARGV[6])
local prefix, counted, most = ARGV[7], ARGV[8], tonumber(ARGV[9])

local known = redis.call('TYPE', record).ok
if known == 'none' and counted ~= '' and redis.call('ZCARD', counted) >= most then
  return 0
end
if known ~= 'none' and known ~= 'hash' then redis.call('DEL', record) end

local kept = {}
for _, index in ipairs(indexes) do kept[index] = true end
for _, index in ipairs(indexes_of(record)) do
  if not kept[index] then redis.call('ZREM', index, id) end
end
for _, index in ipairs(exclusive) do redis.call('DEL', index) end

local function last_until(key)
  if ends == '' then
    redis.call('PERSIST', key)
  else
    redis.call('PEXPIREAT', key, ends, 'NX')
    redis.call('PEXPIREAT', key, ends, 'GT')
  end
end

redis.call('HSET', record, 'json', json, 'indexes', ARGV[5])
if ends == '' then redis.call('PERSIST', record) else redis.call('PEXPIREAT', record, ends) end
for _, index in ipairs(indexes) do
  redis.call('ZADD', index, score, id)
  last_until(index)
  for _, oldest in ipairs(redis.call('ZRANGE', index, 0, 1)) do
    if redis.call('EXISTS', prefix .. oldest) == 0 then redis.call('ZREM', index, oldest) end
  end
end
return 1
"""
)
"""Store a record and move it between indexes; 0 if the index ``counted`` is full already.

An exclusive index holds one id, the last one saved. Ids whose record has expired leave an index
two at a time, from its old end, as new ones arrive.
"""

REMOVE = (
    INDEXED
    + """
for _, index in ipairs(indexes_of(KEYS[1])) do redis.call('ZREM', index, ARGV[1]) end
return redis.call('DEL', KEYS[1])
"""
)
"""Delete a record and its places in the indexes; replies how many there were, 0 or 1."""

LIST = """
local found = {}
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then return found end
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[2], ARGV[3], 'REV')) do
  local kind = redis.call('TYPE', ARGV[1] .. id).ok
  if kind ~= 'none' then
    found[#found + 1] = id
    found[#found + 1] = kind == 'hash' and redis.call('HGET', ARGV[1] .. id, 'json') or ''
  end
end
return found
"""
"""Ids and texts, in turn, of the records under an index from one place to another, newest first.

Ids whose record has expired are left out; what is no record has an empty text.
"""

SET_ASIDE = (
    INDEXED
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for _, index in ipairs(indexes_of(KEYS[1])) do redis.call('ZREM', index, ARGV[1]) end
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1
"""
)
"""Move an unreadable record to its ``lost`` key, out of all indexes, for so many milliseconds."""

GRAB = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
return 0
"""
"""Take a lease; 1 also if it is ours already, which is a reply that got lost."""

RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
"""Keep a lease for longer; 0 if it is no longer ours."""

RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
"""Give a lease back; somebody else's stays."""

COUNT = """
local count, seconds = tonumber(ARGV[1]), ARGV[2]
for place, key in ipairs(KEYS) do
  local most = tonumber(ARGV[place + 2])
  if most > 0 and tonumber(redis.call('GET', key) or 0) + count > most then return place end
end
for _, key in ipairs(KEYS) do
  redis.call('INCRBY', key, count)
  redis.call('EXPIRE', key, seconds)
end
return 0
"""
"""Count against quotas; the place of the first that it is too much for, else 0.

If the reply is lost and it is repeated, it counts twice: too strict for a day, never too lax.
"""

PUT_OWNED = """
redis.call('SET', ARGV[1], ARGV[2], 'PX', ARGV[3])
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[3], 'GT')
return 1
"""
"""Keep a value for so many milliseconds, and its name with its owner's for as long."""
