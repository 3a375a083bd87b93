-- include: _offer
-- An offer comes to nothing: the call returns to its place and is offered to the next agent, this one backs off.
-- Where other phones still ring for it, it stays with them.
-- ARGV: 4 reservation  5 state it ends in  6 cause  7 back-off ms  8 1: it rang out  9 offers rung out in a row that
--       pause the agent  10 1: only where its deadline is over
-- Answer: {ended, call, agent, drop = leg to hang up}
local id = ARGV[4]
local r = offer_of(id, 'call', 'agent', 'state', 'deadline', 'ended', 'queue')
if not OPEN[r.state] or not current(id, r) then
  -- Ended already, perhaps by this very request whose answer was lost: its leg is still to be dropped.
  return answer({ended = false, state = r.state, drop = r.ended ~= '' and r.state ~= 'accepted' and drop(id) or ''})
end
if ARGV[10] == '1' and tonumber(r.deadline) > now then return answer({ended = false, state = r.state, drop = ''}) end
local c = load(r.call)
close(id, ARGV[5], ARGV[6])
emit('offer.ended', r.call, {agent = r.agent, offer = id, state = ARGV[5], cause = ARGV[6]})
local others = without_word(c.reservation, id)
local budget = rule(c.queue, 'budget_ms')
local rung = (tonumber(c.rang) or 0) + now - (tonumber(c.rung_from) or now)
if others ~= '' then
  c.reservation, c.agent = others, without_word(c.agent, r.agent)
  redis.call('HSET', P .. 'call:' .. r.call, 'reservation', c.reservation, 'agent', c.agent)
  ring_more(r.call, c, rule(c.queue, 'several'))
elseif c.mode ~= 'callback' and budget > 0 and rung >= budget then
  redis.call('HSET', P .. 'call:' .. r.call, 'rang', rung)
  leave(r.call, c, 'unanswered')
elseif c.mode ~= 'callback' and too_long(c) and (redis.call('HGET', P .. 'call:' .. r.call, 'onward') == '0'
    or (redis.call('HGET', P .. 'queue:' .. c.queue, 'overflow') or '') == '') then
  leave(r.call, c, 'timeout')   -- else it would be rung for without end, and never be seen waiting
else
  back_in_line(r.call, c)
end
back_off(r.agent, ARGV[6], tonumber(ARGV[7]), ARGV[8] == '1', tonumber(ARGV[9]))
return answer({ended = true, call = r.call, agent = r.agent, drop = drop(id)})
