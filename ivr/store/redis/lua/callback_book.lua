-- include: _offer
-- A callback is booked: an item of the line like any other, without a leg. Where the call that asks for it stands in a
-- line, its place goes over; nobody is overtaken by being called back.
-- ARGV: 4 callback  5 call that asks  6 requirement  7 queue  8 number  9 what is added to its virtual start to order it
--       10 not before, ms, 0: when it is its turn  11 ring ms  12 wrap-up ms  13 the caller's path  14 number shown
--       15 tries  16 when it is given up, ms  17 what is known of the caller, JSON  18 ms between two looks at it
--       19 1: where the call stands in this queue, ask for what it asked for
-- Answer: {intern = true} where the requirement has no ready group yet (nothing was done) | {already = callback, ...}
--       | {taken = true} where an agent has accepted the call | {id, state, position, not_before}
local id, key, origin, queue, number = ARGV[4], P .. 'call:' .. ARGV[4], ARGV[5], ARGV[7], ARGV[8]

local function told(callback, said)
  local c = read(P .. 'call:' .. callback, 'state', 'queue', 'not_before')
  local place = redis.call('ZRANK', P .. 'queue:' .. c.queue .. ':calls', callback)
  said.state, said.position, said.not_before = c.state, place and place + 1 or 0, tonumber(c.not_before) or 0
  return answer(said)
end

if redis.call('HGET', key, 'state') then return told(id, {id = id}) end
local held = redis.call('HGET', P .. 'callbacks', queue .. ' ' .. number)
if held then return told(held, {already = held}) end

local o = read(P .. 'call:' .. origin, 'state', 'group', 'queue', 'reservation', 'agent', 'wrap_ms', 'virtual_start',
  'score', 'joined')
if o.state == 'accepted' or o.state == 'bridged' then return answer({taken = true}) end
local stands = o.state == 'waiting' or o.state == 'offered'
local start = tonumber(o.virtual_start) or now
local score = start + tonumber(ARGV[9])
local group = redis.call('HGET', P .. 'groups', ARGV[6])
if stands and o.queue == queue and ARGV[19] == '1' then
  group, score = o.group, tonumber(o.score)
elseif not group or redis.call('HEXISTS', P .. 'groups:meta', 'ready:' .. group) == 0 then
  return cjson.encode({intern = true})
end

local said = {id = id}
if stands then withdraw(origin, o, 'callback', 0, said) end
local later = tonumber(ARGV[10])
if later > start then
  score = score + later - start
  start = later
end
redis.call('SADD', P .. 'queues', queue)
redis.call('HSET', P .. 'callbacks', queue .. ' ' .. number, id)
redis.call('HSET', key, 'mode', 'callback', 'state', later > now and 'later' or 'waiting', 'queue', queue,
  'group', group, 'virtual_start', start, 'score', score, 'joined', tonumber(o.joined) or now, 'booked', now,
  'max_wait', 0, 'leave_if_nobody', 0, 'ring_ms', ARGV[11], 'wrap_ms', ARGV[12], 'reason', ARGV[13],
  'to_number', ARGV[14], 'turn', 0, 'silence_ms', ARGV[18], 'reservation', '', 'agent', '', 'left', 0,
  'left_reason', '', 'accepted', 0, 'bridged', 0, 'number', number, 'origin', origin, 'tries', ARGV[15], 'attempts', 0,
  'not_before', later, 'expires', ARGV[16], 'facts', ARGV[17])
unkept(id)
emit('callback.booked', id, {queue = queue})
if later > now then
  redis.call('ZADD', P .. 'due', later, 'call:' .. id)
else
  line_add(id, {group = group, queue = queue, score = score})
  redis.call('ZADD', P .. 'due', now + tonumber(ARGV[18]), 'call:' .. id)
  match_call(id, group)
end
return told(id, said)
