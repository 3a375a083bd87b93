-- include: _offer
-- include: _groups
-- A callback is booked: an item of the line like any other, without a leg. Where the call that asks for it stands in a
-- line, its place goes over; nobody is overtaken by being called back.
-- ARGV: 4 callback  5 call that asks  6 queue  7 digest of the line's rules  8 number  9 what is added to its virtual
--       start to order it  10 not before, ms, 0: when it is its turn  11 the caller's path  12 number shown  13 tries
--       14 when it is given up, ms  15 what is known of the caller, JSON  16 1: where the call stands in this queue, ask
--       for what it asked for  17 skills its step asked for  18 start of the place it takes over
--       where the call has none, ms, 0: none  then group name and ms of the wait, for each ring
-- Answer: {intern = true} where a group isn't ready, {define = true} where the line has other rules (nothing was done)
--       | {already = callback, ...} | {taken = true} where an agent has accepted the call
--       | {id, state, position, not_before}
local id, key, origin, queue, number = ARGV[4], P .. 'call:' .. ARGV[4], ARGV[5], ARGV[6], ARGV[8]

local function told(callback, said)
  local c = load(callback)
  said.state, said.position = c.state, position(c)
  said.not_before = tonumber(redis.call('HGET', P .. 'call:' .. callback, 'not_before')) or 0
  return answer(said)
end

if redis.call('HGET', key, 'state') then return told(id, {id = id}) end
local held = redis.call('HGET', P .. 'callbacks', queue .. ' ' .. number)
if held then return told(held, {already = held}) end

local o = load(origin)
if o.state == 'accepted' or o.state == 'bridged' then return answer({taken = true}) end
if redis.call('HGET', P .. 'queue:' .. queue, 'digest') ~= ARGV[7] then return cjson.encode({define = true}) end
local stands = o.state == 'waiting' or o.state == 'offered'
local start = o.start > 0 and o.start or (tonumber(ARGV[18]) > 0 and tonumber(ARGV[18]) or place_of_now())
local offset = tonumber(ARGV[9])
local rings, text, ring
if stands and o.queue == queue and ARGV[16] == '1' then
  rings, text, ring, offset = rings_of(o), o.rings, o.ring, o.score - o.start
else
  rings, text = rings_given(19)
  if not rings then return cjson.encode({intern = true}) end
  ring = 1
end
local group = rings[ring][1]

local said = {id = id}
if stands then withdraw(origin, o, 'callback', 0, said) end
local later = tonumber(ARGV[10])
if later > start then start = later end
redis.call('SADD', P .. 'queues', queue)
redis.call('HSET', P .. 'callbacks', queue .. ' ' .. number, id)
redis.call('HSET', key, 'mode', 'callback', 'state', later > now and 'later' or 'waiting', 'queue', queue,
  'group', group, 'ring', ring, 'rings', text, 'start', string.format('%.0f', start),
  'joined', string.format('%.0f', o.state ~= '' and o.joined or now), 'offset', string.format('%.0f', offset),
  'booked', now, 'reason', ARGV[11], 'to', ARGV[12], 'turn', 0, 'number', number, 'origin', origin, 'tries', ARGV[13],
  'attempts', 0, 'not_before', later, 'chosen', later > now and later or 0, 'expires', ARGV[14], 'facts', ARGV[15], 'asks', ARGV[17])
unkept(id)
emit('callback.booked', id, {queue = queue, origin = origin, ring = ring, rings = #rings,
  wanted = redis.call('HGET', P .. 'groups:names', group) or ''})
if later > now then
  redis.call('ZADD', P .. 'due', later, 'call:' .. id)
else
  local c = load(id)
  line_add(id, c)
  widen(id, c)
  match_call(id, c)
end
return told(id, said)
