-- include: _offer
-- The agent pressed the key: the first to do so for this call has it. Where others' phones ring for it too, their offers
-- end and they are free at once.
-- ARGV: 4 reservation  5 ms within which the caller should be in the room
-- Answer: {ok, call, agent, first, callback, drops = legs to hang up, losers = reservations picked up, to be told}
--       | {stale = why}
local id = ARGV[4]
local key = P .. 'reservation:' .. id
local r = read(key, 'call', 'agent', 'state', 'cause', 'ended', 'mode')
if r.state == 'accepted' and r.ended ~= '' then return answer({stale = 'caller_gone'}) end
if r.state == 'accepted' and current(id, r) then
  return answer({ok = true, call = r.call, agent = r.agent, callback = r.mode == 'callback'})
end
if r.state ~= 'ringing' or not current(id, r) then return answer({stale = r.cause ~= '' and r.cause or 'unknown'}) end
local c = load(r.call)
c.call = r.call
local others = words(without_word(c.reservation, id))
redis.call('HSET', key, 'state', 'accepted', 'accepted', now, 'deadline', now + tonumber(ARGV[5]))
redis.call('ZADD', P .. 'due', now + tonumber(ARGV[5]), 'offer:' .. id)
redis.call('HSET', P .. 'call:' .. r.call, 'state', 'accepted', 'accepted', now, 'reservation', id, 'agent', r.agent)
become(r.agent, person(r.agent), 'on_call', '', 0, 'misses', 0)
emit('call.accepted', r.call, {agent = r.agent, offer = id, losers = #others})
local said = {ok = true, call = r.call, agent = r.agent, first = true, callback = r.mode == 'callback'}
said.drops, said.losers = close_offers(c, 'rescinded', 'taken', id)
return answer(said)
