-- include: _place
-- include: _act
-- Somebody moves a call to another line, or its own line runs over into it; its place goes along, and the longest wait
-- begins anew.
-- ARGV: 4 call  5 queue  6 digest of that line's rules  7 who  8 what is added to its virtual start there  9 skills its
--       step asked for, as far as they go along  10 agents it prefers  11 skills that are left behind
--       then group name and ms of the wait, for each ring
-- Answer: {intern} | {define} (nothing was done) | {refused = state, or 'twice': its number has a callback there}
--       | {state, drops}
local call, queue = ARGV[4], ARGV[5]
local key = P .. 'call:' .. call
local c = load(call)
if c.state ~= 'waiting' and c.state ~= 'offered' then return acted({refused = c.state == '' and 'unknown' or c.state}) end
if redis.call('HGET', P .. 'queue:' .. queue, 'digest') ~= ARGV[6] then return cjson.encode({define = true}) end
local rings, text = rings_given(12)
if not rings then return cjson.encode({intern = true}) end
if c.queue == queue then return acted({state = c.state, drops = {}}) end
local number = c.mode == 'callback' and redis.call('HGET', key, 'number')
if number and redis.call('HEXISTS', P .. 'callbacks', queue .. ' ' .. number) == 1 then
  return acted({refused = 'twice'})
end
local said, from = {drops = {}}, c.queue
local held = {reservation = c.reservation, agent = c.agent, call = call, queue = from, mode = c.mode}
if c.state == 'waiting' then
  line_remove(call, c)
else
  redis.call('HDEL', key, 'reservation', 'agent', 'rung_from')
end
local rang = c.state == 'offered'
c.state, c.queue, c.reservation, c.agent, c.rung_from = 'moving', queue, '', '', ''
c.score = c.start + tonumber(ARGV[8])
redis.call('SADD', P .. 'queues', queue)
redis.call('HDEL', key, 'prefer', 'max_wait', 'alone')
redis.call('HSET', key, 'state', 'waiting', 'offset', ARGV[8], 'joined', string.format('%.0f', now))
if number then
  redis.call('HDEL', P .. 'callbacks', from .. ' ' .. number)
  redis.call('HSET', P .. 'callbacks', queue .. ' ' .. number, call)
  unkept(call)
end
redis.call('HSET', key, 'asks', ARGV[9])
if ARGV[10] ~= '' then redis.call('HSET', key, 'prefer', ARGV[10]) end
emit('call.moved', call, {queue = queue, from = from, by = ARGV[7], dropped = ARGV[11] ~= '' and ARGV[11] or nil})
take_rings(call, c, rings, text)
c.state = 'waiting'
line_add(call, c)
if rang then
  unbusy(call, from)
  said.drops = close_offers(held, 'rescinded', 'moved')
end
if redis.call('HGET', key, 'state') == 'waiting' then match_call(call, c) end
said.state = redis.call('HGET', key, 'state')
return acted(said)
