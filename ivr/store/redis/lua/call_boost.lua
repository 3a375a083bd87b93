-- include: _offer
-- include: _act
-- Somebody gives a call seconds of waiting time, or takes some away. ARGV: 4 call  5 seconds  6 who
-- Answer: {refused = state} | {state, position}
local call, key = ARGV[4], P .. 'call:' .. ARGV[4]
local c = load(call)
if c.state ~= 'waiting' and c.state ~= 'offered' then return acted({refused = c.state == '' and 'unknown' or c.state}) end
local offset = c.score - c.start - 1000 * tonumber(ARGV[5])
redis.call('HSET', key, 'offset', string.format('%.0f', offset))
c.score = c.start + offset
if c.state == 'waiting' then
  redis.call('ZADD', P .. 'group:' .. c.group .. ':calls', string.format('%.0f', c.score), call)
  set_head(c.group, c.queue)
  local last = tonumber(redis.call('HGET', P .. 'queue:' .. c.queue, 'last'))
  if last and last < c.score then redis.call('HSET', P .. 'queue:' .. c.queue, 'last', string.format('%.0f', c.score)) end
end
emit('call.boosted', call, {seconds = tonumber(ARGV[5]), by = ARGV[6]})
return acted({state = c.state, position = position(c)})
