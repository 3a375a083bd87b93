-- include: _offer
-- An agent is in the room of an offer of whose acceptance the store knows nothing: it has lost the end of its log. The
-- carrier is right: call and agent are bound as if the key had been pressed now, and whoever rings for either is let go.
-- ARGV: 4 reservation  5 agent  6 the agent's leg  7 ms within which the caller should be in the room
-- Answer: {ok, drops = legs to hang up} | {stale = why: nothing was done}
local id, agent, leg = ARGV[4], ARGV[5], ARGV[6]
local call, epoch = string.match(id, '^(.+)-(%d+)$')
local key, c, a = P .. 'reservation:' .. id, load(call), person(agent)
local held = redis.call('HGET', P .. 'agent:' .. agent, 'reservation') or ''
c.call = call
if c.state == '' or c.state == 'left' then return answer({stale = 'call'}) end
if a.state == '' or a.state == 'offline' then return answer({stale = 'agent'}) end
if (a.state == 'reserved' or a.state == 'on_call') and held ~= id then return answer({stale = 'agent'}) end
if c.state == 'accepted' or c.state == 'bridged' then
  if c.reservation == id then return answer({ok = true}) end
  return answer({stale = 'call'})
end

local said = {ok = true}
if a.state == 'available' then unlist(agent, a) end
if c.state == 'waiting' then
  line_remove(call, c)
  if c.rings ~= '' then redis.call('ZREM', P .. 'due', 'ring:' .. call) end
  redis.call('HSET', P .. 'queue:' .. c.queue, 'with:' .. call, '')
  fill(c.queue)
else
  -- The number of the offer may have been given once more since, to somebody else.
  local own = held == id and id or nil
  said.drops = close_offers(c, 'rescinded', 'taken', own)
  if not own then redis.call('DEL', key) end
end
redis.call('HSET', key, 'call', call, 'agent', agent, 'state', 'accepted', 'queue', c.queue, 'leg', leg,
  'accepted', now, 'deadline', now + tonumber(ARGV[7]))
redis.call('HSETNX', key, 'made', now)
redis.call('HSETNX', key, 'answered', now)
redis.call('ZADD', P .. 'due', now + tonumber(ARGV[7]), 'offer:' .. id)
redis.call('HSET', P .. 'call:' .. call, 'state', 'accepted', 'accepted', now, 'reservation', id, 'agent', agent,
  'epoch', math.max(tonumber(epoch), tonumber(c.epoch) or 0))
become(agent, a, 'on_call', '', 0, 'misses', 0, 'reservation', id, 'call', call, 'leg', leg)
emit('call.accepted', call, {agent = agent, offer = id, losers = 0})
return answer(said)
