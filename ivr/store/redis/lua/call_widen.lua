-- include: _offer
-- A ring of a call is due, or everybody of its ring has gone. ARGV: 4 call
-- Answer: {state, ring}
local call = ARGV[4]
local c = load(call)
redis.call('ZREM', P .. 'due', 'ring:' .. call)
if c.state == 'waiting' or c.state == 'offered' then
  if widen(call, c) and c.state == 'waiting' then match_call(call, c) end
end
return answer({state = c.state, ring = c.ring})
