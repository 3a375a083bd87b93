-- include: _offer
-- A call joins a line: the first available agent of its group is reserved at once, or it waits in its place.
-- ARGV: 4 call  5 requirement  6 queue  7 what is added to its virtual start to order it  8 longest wait, ms, 0: none
--       9 1: leave at once where nobody who may answer is logged in  10 ring ms  11 wrap-up ms  12 the caller's path
--       13 number dialled  14 turn  15 ms without a sign of life after which the carrier is asked
-- Answer: {intern = true} where the requirement has no ready group yet (nothing was done) | {nobody = true} | {state}
-- A call keeps the virtual start of the first line it joined. Joining again at the same turn changes nothing.
local call, key = ARGV[4], P .. 'call:' .. ARGV[4]
local group = redis.call('HGET', P .. 'groups', ARGV[5])
if not group or redis.call('HEXISTS', P .. 'groups:meta', 'ready:' .. group) == 0 then
  return cjson.encode({intern = true})
end
local c = read(key, 'state', 'turn', 'group', 'queue', 'reservation', 'agent', 'wrap_ms', 'virtual_start', 'left_reason')
if c.turn == ARGV[14] and c.state ~= '' then
  return answer({state = c.state, nobody = c.state == 'left' and c.left_reason == 'nobody'})
end
local said = {}
if c.state ~= '' and c.state ~= 'left' then withdraw(call, c, 'moved', 0, said) end

local start = tonumber(c.virtual_start) or now
redis.call('SADD', P .. 'queues', ARGV[6])
redis.call('PERSIST', key)
redis.call('HSET', key, 'state', 'waiting', 'queue', ARGV[6], 'group', group, 'virtual_start', start,
  'score', start + tonumber(ARGV[7]), 'joined', now, 'max_wait', ARGV[8], 'leave_if_nobody', ARGV[9],
  'ring_ms', ARGV[10], 'wrap_ms', ARGV[11], 'reason', ARGV[12], 'to_number', ARGV[13], 'turn', ARGV[14],
  'silence_ms', ARGV[15], 'reservation', '', 'agent', '', 'left', 0, 'left_reason', '', 'accepted', 0, 'bridged', 0)
emit('call.joined', call, {queue = ARGV[6]})
if ARGV[9] == '1' and redis.call('EXISTS', P .. 'group:' .. group .. ':staff') == 0 then
  leave(call, {state = 'joining', group = group, queue = ARGV[6]}, 'nobody')
  said.nobody = true
  said.state = 'left'
  return answer(said)
end
line_add(call, {group = group, queue = ARGV[6], score = start + tonumber(ARGV[7])})
redis.call('ZADD', P .. 'due', now + tonumber(ARGV[15]), 'call:' .. call)
match_call(call, group)
said.state = redis.call('HGET', key, 'state')
return answer(said)
