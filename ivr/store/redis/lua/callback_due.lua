-- include: _offer
-- A look at a callback: it takes its place once its time has come, is matched where that was missed, and is given up
-- when nobody got to it in all the time it had.
-- ARGV: 4 callback
-- Answer: {state}
local id, key = ARGV[4], P .. 'call:' .. ARGV[4]
local c = load(id)
if c.mode ~= 'callback' or c.state == 'left' or c.state == '' then
  redis.call('ZREM', P .. 'due', 'call:' .. id)
  return answer({state = c.state})
end
local times = read(key, 'not_before', 'expires')
if (c.state == 'later' or c.state == 'waiting') and tonumber(times.expires) <= now then
  withdraw(id, c, 'expired', 0, {})
elseif c.state == 'later' and tonumber(times.not_before) > now then
  redis.call('ZADD', P .. 'due', tonumber(times.not_before), 'call:' .. id)
else
  redis.call('ZREM', P .. 'due', 'call:' .. id)
  if c.state == 'later' then
    redis.call('HSET', key, 'state', 'waiting')
    c.state = 'waiting'
    line_add(id, c)
    emit('callback.due', id, {queue = c.queue})
  end
  if c.state == 'waiting' then
    widen(id, c)
    match_call(id, c)
  end
end
return answer({state = redis.call('HGET', key, 'state')})
