-- include: _offer
-- A caller who was called back wasn't reached, didn't confirm, or wants it otherwise: tried again later, or over.
-- ARGV: 4 reservation  5 cause  6 ms until it is tried again, 0: never  7 wrap-up of the agent, ms  8 1: counts as a try
--       9 leg this is about, empty for whichever  10 reason of leaving for good  11 1: only where its deadline is over
-- Answer: {missed, state, drop = leg to hang up, tell = reservation whose agent is to be told}
local id, leg = ARGV[4], ARGV[9]
local r = read(P .. 'reservation:' .. id, 'call', 'agent', 'state', 'ended', 'mode', 'caller_leg', 'deadline')
if leg ~= '' and r.caller_leg == leg then redis.call('HSETNX', P .. 'reservation:' .. id, 'caller_over', now) end
if r.mode ~= 'callback' or r.state ~= 'accepted' or r.ended ~= '' or not current(id, r)
    or (leg ~= '' and r.caller_leg ~= leg) then
  return answer({missed = false})
end
local key = P .. 'call:' .. r.call
local c = load(r.call)
local t = read(key, 'tries', 'attempts')
if c.state ~= 'accepted' or (ARGV[11] == '1' and tonumber(r.deadline) > now) then return answer({missed = false}) end
close(id, 'cancelled', ARGV[5])
redis.call('ZADD', P .. 'due', now + grace, 'tell:' .. id)
local said = {missed = true, tell = id, drop = drop_caller(id)}
drop_later(id)
local attempts = tonumber(t.attempts) or 0
if ARGV[8] == '1' then attempts = redis.call('HINCRBY', key, 'attempts', 1) end
redis.call('HSET', key, 'last_cause', ARGV[5], 'last_try', now)
if ARGV[6] == '0' or attempts >= (tonumber(t.tries) or 0) then
  leave(r.call, c, ARGV[6] == '0' and ARGV[10] or 'unreached')
else
  redis.call('HDEL', key, 'reservation', 'agent', 'accepted', 'bridged', 'rung_from')
  redis.call('HSET', key, 'state', 'later', 'not_before', now + tonumber(ARGV[6]))
  if c.rings ~= '' then redis.call('ZREM', P .. 'due', 'ring:' .. r.call) end
  unbusy(r.call, c.queue)
  redis.call('ZADD', P .. 'due', now + tonumber(ARGV[6]), 'call:' .. r.call)
  unkept(r.call)
  emit('callback.missed', r.call, {cause = ARGV[5], queue = c.queue})
end
wrap_up(r.agent, tonumber(ARGV[7]))
said.state = redis.call('HGET', key, 'state')
return answer(said)
