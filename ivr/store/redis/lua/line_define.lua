-- include: _match
-- A line's rules as they are from now on, for calls already waiting as well. Where its shape (skills, rings, strategy)
-- is another, its waiting calls are to be grouped anew: due at once.
-- ARGV: 4 queue  5 digest  6 shape  then name and value of each rule
-- Answer: {changed, regroup}. What a higher cap lets through is offered at once.
local queue, key = ARGV[4], P .. 'queue:' .. ARGV[4]
local was = read(key, 'digest', 'shape')
if was.digest == ARGV[5] then return answer({changed = false, regroup = false}) end
redis.call('SADD', P .. 'queues', queue)
-- The long value makes Redis keep the hash as a table: as a list, every match would read it from end to end.
redis.call('HSET', key, 'about', 'a line: its rules, how many wait, and who is with agents as with:<call>', 'digest', ARGV[5], 'shape', ARGV[6], unpack(ARGV, 7))
rules = {}
local regroup = was.shape ~= '' and was.shape ~= ARGV[6] and redis.call('EXISTS', key .. ':groups') == 1
if regroup then redis.call('ZADD', P .. 'due', now, 'line:' .. queue) end
if was.digest ~= '' then emit('queue.changed', '', {queue = queue, why = 'rules'}) end
go_on(queue)
return answer({changed = true, regroup = regroup})
