-- include: _offer
-- A sign of life of a waiting call: where it stands, and whether its wait is over.
-- ARGV: 4 call
-- Answer: {state, position, joined, reservation, left_reason, ring, rings}, position from 1
local call, key = ARGV[4], P .. 'call:' .. ARGV[4]
local c = load(call)
if c.state == 'waiting' then
  local own, longest = tonumber(c.max_wait) or 0, rule(c.queue, 'max_wait_ms')
  if own > 0 and (longest == 0 or own < longest) then longest = own end
  local waited = now - c.joined
  if not redis.call('ZSCORE', P .. 'group:' .. c.group .. ':calls', call) then line_add(call, c) end
  widen(call, c)
  if longest > 0 and waited >= longest then
    withdraw(call, c, 'timeout', 0, {})
  elseif c.alone == '1' and not staffed(c.group) then
    withdraw(call, c, 'nobody', 0, {})
  else
    match_call(call, c)
  end
end
local later = read(key, 'state', 'reservation', 'left_reason')
c.state = later.state
if later.state == 'waiting' then redis.call('HSET', key, 'seen', math.floor(now / 1000)) end
return answer({state = later.state, position = position(c), joined = c.joined,
  reservation = later.reservation, left_reason = later.left_reason, ring = c.ring, rings = #rings_of(c),
  queue = c.queue})
