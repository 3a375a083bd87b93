-- Stores one turn of a call, once: compare-and-set on the turn, captions, events and facts in the same step.
-- KEYS: 1 session:<call>  2 captions:<call>  3 events  4 calls
-- ARGV: 1 turn  2 blob  3 answer  4 seconds to keep  5 call  6 started_ms  7 line
--       8 captions kept  9 events kept  10 number of facts, then name, value each
--       then the number of captions, then JSON each
--       then the number of events, then type, at_ms, data each
-- Answer: {"saved"} | {"repeated", answer} | {"behind", blob, answer}
local turn = tonumber(ARGV[1])
local stored = redis.call('HGET', KEYS[1], 'turn')
if stored then
  -- A stored turn older than the one before this one means that the store lost its tail: the process knows better.
  local at = tonumber(stored)
  if at == turn then return {'repeated', redis.call('HGET', KEYS[1], 'answer')} end
  if at > turn then
    local newest = redis.call('HMGET', KEYS[1], 'blob', 'answer')
    return {'behind', newest[1], newest[2]}
  end
end

redis.call('HSET', KEYS[1], 'turn', ARGV[1], 'blob', ARGV[2], 'answer', ARGV[3])
if not stored then
  redis.call('HSET', KEYS[1], 'started_ms', ARGV[6], 'line', ARGV[7])
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('ZADD', KEYS[4], ARGV[6], ARGV[5])
end

local i = 10
for _ = 1, tonumber(ARGV[i]) do
  redis.call('HSET', KEYS[1], ARGV[i + 1], ARGV[i + 2])
  i = i + 2
end

i = i + 1
local captions = tonumber(ARGV[i])
if captions > 0 then
  local length
  for n = i + 1, i + captions do length = redis.call('RPUSH', KEYS[2], ARGV[n]) end
  if length > tonumber(ARGV[8]) then redis.call('LTRIM', KEYS[2], -tonumber(ARGV[8]), -1) end
  if length == captions then redis.call('EXPIRE', KEYS[2], ARGV[4]) end
end

i = i + captions + 1
for _ = 1, tonumber(ARGV[i]) do
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[9], '*',
    'type', ARGV[i + 1], 'at_ms', ARGV[i + 2], 'call', ARGV[5], 'data', ARGV[i + 3])
  i = i + 3
end
return {'saved'}
