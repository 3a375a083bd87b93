-- include: _offer
-- A look at a callback: it takes its place once its time has come, is matched where that was missed, and is given up
-- when nobody got to it in all the time it had.
-- ARGV: 4 callback
-- Answer: {state}
local id, key = ARGV[4], P .. 'call:' .. ARGV[4]
local c = read(key, 'mode', 'state', 'group', 'queue', 'reservation', 'agent', 'wrap_ms', 'score', 'not_before', 'expires',
  'silence_ms')
if c.mode ~= 'callback' or c.state == 'left' or c.state == '' then
  redis.call('ZREM', P .. 'due', 'call:' .. id)
  return answer({state = c.state})
end
if (c.state == 'later' or c.state == 'waiting') and tonumber(c.expires) <= now then
  withdraw(id, c, 'expired', 0, {})
elseif c.state == 'later' and tonumber(c.not_before) > now then
  redis.call('ZADD', P .. 'due', tonumber(c.not_before), 'call:' .. id)
else
  if c.state == 'later' then
    redis.call('HSET', key, 'state', 'waiting')
    line_add(id, c)
    emit('callback.due', id, {queue = c.queue})
  end
  if c.state ~= 'bridged' then redis.call('ZADD', P .. 'due', now + tonumber(c.silence_ms), 'call:' .. id) end
  if c.state == 'later' or c.state == 'waiting' then match_call(id, c.group) end
end
return answer({state = redis.call('HGET', key, 'state')})
