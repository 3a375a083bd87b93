-- include: _offer
-- A sign of life of a waiting call: where it stands, and whether its wait is over.
-- ARGV: 4 call
-- Answer: {state, position, joined, reservation, left_reason, ring, rings, overflow}, position from 1; `overflow` is the
-- line it is to be moved to now, for `left_reason`: nothing else was done
local call, key = ARGV[4], P .. 'call:' .. ARGV[4]
local c = load(call)
local over, overflow = '', ''
if c.state == 'waiting' then
  if not redis.call('ZSCORE', P .. 'group:' .. c.group .. ':calls', call) then line_add(call, c) end
  widen(call, c)
  if too_long(c) then
    over = 'timeout'
  elseif c.alone == '1' and not staffed(c.group) then
    over = 'nobody'
  end
  if over == '' then
    match_call(call, c)
  else
    local ways = redis.call('HGET', key, 'onward') ~= '0' and redis.call('HGET', P .. 'queue:' .. c.queue, 'overflow') or ''
    overflow = string.match(' ' .. ways, ' ' .. over .. '=(%S+)') or ''
    if overflow == '' then withdraw(call, c, over, 0, {}) end
  end
end
local later = read(key, 'state', 'reservation', 'left_reason')
c.state = later.state
if later.state == 'waiting' then redis.call('HSET', key, 'seen', math.floor(now / 1000)) end
local reason = overflow ~= '' and over or later.left_reason
return answer({state = later.state, position = position(c), joined = c.joined, reservation = later.reservation,
  left_reason = reason, overflow = overflow, ring = c.ring, rings = #rings_of(c), queue = c.queue})
