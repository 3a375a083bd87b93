-- include: _offer
-- A call leaves its line, from whatever state it is in.
-- ARGV: 4 call  5 reason  6 wrap-up of an agent who had accepted, ms
-- Answer: {was, reason, drops = legs to hang up, tell = reservation whose agent is to be told}
local call = ARGV[4]
local c = load(call)
local said = {was = c.state, reason = c.left_reason}
if c.state ~= '' and c.state ~= 'left' then
  local reason = ARGV[5]
  if c.state == 'bridged' then reason = 'talked' end
  withdraw(call, c, reason, tonumber(ARGV[6]), said)
  said.reason = reason
elseif c.state == 'left' then
  -- Asked again, perhaps because the first answer was lost: what is left to do is the same.
  said.drops = {}
  for _, id in ipairs(words(c.reservation)) do
    local r = read(P .. 'reservation:' .. id, 'cause', 'accepted', 'met', 'leg_over')
    if r.accepted ~= '' and r.met == '' and r.leg_over == '' then said.tell = id end
    local leg = r.cause ~= '' and r.accepted == '' and drop(id) or ''
    if leg ~= '' then said.drops[#said.drops + 1] = leg end
  end
end
return answer(said)
