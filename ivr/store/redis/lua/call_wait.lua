-- include: _offer
-- A sign of life of a waiting call: where it stands, and whether its wait is over.
-- ARGV: 4 call
-- Answer: {state, position, joined, reservation, left_reason}, position from 1
local call, key = ARGV[4], P .. 'call:' .. ARGV[4]
local c = read(key, 'state', 'group', 'queue', 'reservation', 'agent', 'joined', 'max_wait', 'leave_if_nobody',
  'left_reason', 'wrap_ms', 'silence_ms')
if c.state == 'waiting' then
  local longest = tonumber(c.max_wait)
  if longest > 0 and now - tonumber(c.joined) >= longest then
    withdraw(call, c, 'timeout', 0, {})
  elseif c.leave_if_nobody == '1' and redis.call('EXISTS', P .. 'group:' .. c.group .. ':staff') == 0 then
    withdraw(call, c, 'nobody', 0, {})
  else
    match_call(call, c.group)
  end
end
local state = redis.call('HGET', key, 'state') or ''
if state == 'waiting' or state == 'offered' or state == 'accepted' then
  redis.call('ZADD', P .. 'due', now + tonumber(c.silence_ms), 'call:' .. call)
end
local place = redis.call('ZRANK', P .. 'queue:' .. c.queue .. ':calls', call)
local later = read(key, 'reservation', 'left_reason')
return answer({state = state, position = place and place + 1 or 0, joined = tonumber(c.joined) or 0,
  reservation = later.reservation, left_reason = later.left_reason})
