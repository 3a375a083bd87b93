-- include: _offer
-- A call leaves its line, from whatever state it is in.
-- ARGV: 4 call  5 reason  6 wrap-up of an agent who had accepted, ms
-- Answer: {was, reason, drop = leg to hang up, tell = reservation whose agent is to be told}
local call = ARGV[4]
local c = read(P .. 'call:' .. call, 'state', 'group', 'queue', 'reservation', 'agent', 'wrap_ms', 'left_reason')
local said = {was = c.state, reason = c.left_reason}
if c.state ~= '' and c.state ~= 'left' then
  local reason = ARGV[5]
  if c.state == 'bridged' then reason = 'talked' end
  withdraw(call, c, reason, tonumber(ARGV[6]), said)
  said.reason = reason
elseif c.state == 'left' and c.reservation ~= '' then
  -- Asked again, perhaps because the first answer was lost: what is left to do is the same.
  local r = read(P .. 'reservation:' .. c.reservation, 'cause', 'accepted', 'met', 'leg_over')
  if r.accepted ~= '' and r.met == '' and r.leg_over == '' then said.tell = c.reservation end
  if r.cause ~= '' and r.accepted == '' then said.drop = drop(c.reservation) end
end
return answer(said)
