-- include: _match
-- An agent's own wish: to pause, resume, finish wrap-up or log out.
-- ARGV: 4 agent  5 state wished  6 reason  7 states it may come from at once, comma at both ends  8 states that keep it
--       as a wish until they end, likewise  (both from core/agent.py's table)  9 ms: a wrap-up as long as this may be one
--       in which they still have to say what came of the talk, and then keeps a wish as well
-- Answer: {state, later} | {refused = state}
local agent, wished, reason = ARGV[4], ARGV[5], ARGV[6]
local a = person(agent)
local state = a.state ~= '' and a.state or 'offline'
local owes = state == 'wrap_up' and (tonumber(a.deadline) or 0) - (tonumber(a.since) or 0) >= tonumber(ARGV[9]) and
  redis.call('HGET', P .. 'agent:' .. agent, 'owes') == '1'
if owes or string.find(ARGV[8], ',' .. state .. ',', 1, true) then
  if wished == 'available' then wished = '' end   -- resuming there takes an earlier wish back
  redis.call('HSET', P .. 'agent:' .. agent, 'wish', wished, 'wish_reason', reason)
  return answer({state = state, later = true})
end
if state == wished and wished ~= 'paused' then return answer({state = state}) end
if not string.find(ARGV[7], ',' .. state .. ',', 1, true) then return answer({refused = state}) end
if state == 'available' then unlist(agent, a) end
if wished == 'available' then
  if a.misses ~= '' and a.misses ~= '0' then redis.call('HSET', P .. 'agent:' .. agent, 'misses', 0) end
  local became = free(agent, a)
  -- As `answer` does, without a table: this is the way of every match.
  if became == 'reserved' and operation == '' then return '{"state":"reserved","offers":[' .. quoted(offers[1]) .. ']}' end
  return answer({state = became})
end
become(agent, a, wished, reason, 0)
if wished == 'offline' then count_out(agent, a) end
return answer({state = wished})
