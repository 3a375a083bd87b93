-- include: _reserve
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
local at_once = not owes and string.find(ARGV[7], ',' .. state .. ',', 1, true)
local seeks = at_once and wished == 'available' and state ~= 'available'
local met, queue
if seeks then
  if a.misses ~= '' and a.misses ~= '0' then redis.call('HSET', P .. 'agent:' .. agent, 'misses', 0) end
  met, queue = take_next(agent, a)
  -- As `answer` does, without a table. The way of nearly every match ends here: what is below isn't made for it.
  if met and not queue and operation == '' then return '{"state":"reserved","offers":["' .. offers[1] .. '"]}' end
end
-- include: _match
if met then
  if queue then fill(queue) end
  return answer({state = 'reserved'})
end
if seeks then
  stay_free(agent, a)
  return answer({state = 'available'})
end
if owes or string.find(ARGV[8], ',' .. state .. ',', 1, true) then
  if wished == 'available' then wished = '' end   -- resuming there takes an earlier wish back
  redis.call('HSET', P .. 'agent:' .. agent, 'wish', wished, 'wish_reason', reason)
  return answer({state = state, later = true})
end
if state == wished and wished ~= 'paused' then return answer({state = state}) end
if not at_once then return answer({refused = state}) end
if state == 'available' then unlist(agent, a) end
become(agent, a, wished, reason, 0)
if wished == 'offline' then count_out(agent, a) end
return answer({state = wished})
