-- include: _offer
-- include: _groups
-- A call joins a line: the first available agent of its narrowest open ring is reserved at once, or it waits in its place.
-- ARGV: 4 call  5 queue  6 digest of the line's rules  7 what is added to its virtual start to order it  8 longest wait
--       of its own, ms, 0: the line's  9 1: leave at once where nobody who may answer is logged in  10 number dialled
--       11 turn  12 skills its step asked for, `=` for just those of its one ring  13 agents it prefers  14 start of the
--       place it takes over, ms, 0: none  15 0: it runs over into no other line  then group name and ms of the wait
--       from which it is open, for each ring
-- Answer: {intern = true} where a group isn't ready, {define = true} where the line has other rules (nothing was done)
--       | {overflow = line, left_reason} where the line doesn't take it and says which one does (nothing was done)
--       | {state, position, ring, rings, left_reason}
-- A call keeps the virtual start of the first line it joined. Joining again at the same turn changes nothing.
local call, key, queue = ARGV[4], P .. 'call:' .. ARGV[4], ARGV[5]
local rings, text, names = rings_given(16)
if not rings then return cjson.encode({intern = true}) end
local line = read(P .. 'queue:' .. queue, 'digest', 'max_waiting', 'waiting', 'overflow')
if line.digest ~= ARGV[6] then return cjson.encode({define = true}) end

local c = load(call)
if c.turn == ARGV[11] and c.state ~= '' then
  return answer({state = c.state, left_reason = c.left_reason, position = position(c), ring = c.ring, rings = #rings,
    joined = c.joined, reservation = c.reservation})
end

local start = c.start > 0 and c.start or (tonumber(ARGV[14]) > 0 and tonumber(ARGV[14]) or place_of_now())
local taken = c.start == 0 and tonumber(ARGV[14]) or 0
local ring, why = open_ring(rings, 1, now - math.min(start, now))
-- A line full of calls that others are to answer doesn't turn away one that somebody is free for.
local function answered_at_once()
  return not capped(queue) and next_agent({group = rings[ring][1], rings = text, ring = ring}) ~= nil
end

local full, over = tonumber(line.max_waiting) or 0, ''
if ARGV[9] == '1' and not staffed(rings[ring][1]) then
  over = 'nobody'
elseif full > 0 and (tonumber(line.waiting) or 0) >= full and not answered_at_once() then
  over = 'full'
end
local onward = over ~= '' and ARGV[15] ~= '0' and string.match(' ' .. line.overflow, ' ' .. over .. '=(%S+)')
if onward then return cjson.encode({overflow = onward, left_reason = over}) end

local said = {}
if c.state ~= '' and c.state ~= 'left' then
  withdraw(call, c, 'moved', 0, said)
  -- Whoever it was with may have gone home since, and have been the only one there.
  ring, why = open_ring(rings, 1, now - math.min(start, now))
  if over == '' and ARGV[9] == '1' and not staffed(rings[ring][1]) then over = 'nobody' end
end
local fields = {'state', 'waiting', 'queue', queue, 'group', rings[ring][1], 'start', string.format('%.0f', start),
  'turn', ARGV[11]}
local function field(name, value, default)
  if tostring(value) ~= default then fields[#fields + 1], fields[#fields + 2] = name, value end
end
field('joined', string.format('%.0f', now), string.format('%.0f', start))
field('offset', ARGV[7], EVERYONE)
field('max_wait', ARGV[8], '0')
field('alone', ARGV[9], '0')
field('onward', ARGV[15], '1')
field('to', ARGV[10], '')
field('asks', ARGV[12], '=')
field('prefer', ARGV[13], '')
field('rings', text, '')
field('ring', ring, '1')
if c.state ~= '' then
  redis.call('PERSIST', key)
  redis.call('HDEL', key, 'joined', 'offset', 'max_wait', 'alone', 'onward', 'to', 'asks', 'prefer', 'rings', 'ring',
    'reservation', 'agent', 'left', 'left_reason', 'accepted', 'bridged', 'seen', 'rung_from', 'rang')
end
redis.call('HSET', key, unpack(fields))
redis.call('SADD', P .. 'queues', queue)
c = load(call)

local group = c.group
local staff = redis.call('SCARD', P .. 'group:' .. group .. ':staff')
local ahead = ahead_of_new(queue, group, c.score)
pace(queue, 'j')
emit('call.joined', call, {queue = queue, ring = ring, rings = #rings, skipped = why == 'nobody' and ring - 1 or 0,
  wanted = names[ring], staff = staff, free = redis.call('ZCARD', P .. 'group:' .. group .. ':agents'), ahead = ahead,
  offset = tonumber(ARGV[7]), took_over = taken > 0 and math.max(1, now - taken) or nil})
c.state = 'joining'
if over ~= '' then
  leave(call, c, over)
else
  c.state = 'waiting'
  line_add(call, c)
  if ring < #rings then redis.call('ZADD', P .. 'due', math.min(start, now) + rings[ring + 1][2], 'ring:' .. call) end
  match_call(call, c)
end
local after = read(key, 'state', 'left_reason', 'reservation')
said.state, said.left_reason, said.reservation = after.state, after.left_reason, after.reservation
said.position = after.state == 'waiting' and ahead + 1 or after.state == 'offered' and 1 or 0
said.ring, said.rings, said.joined = ring, #rings, now
return answer(said)
