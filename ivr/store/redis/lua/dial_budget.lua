-- include: _common
-- One more leg or text within the day's budgets, or none at all. An operation counts once.
-- ARGV: 4 purpose  5 number  6 most a day to this number, 0: any  7 most a day in all, 0: any  8 the day
-- Answer: {spent = 'number' or 'total'} where a budget is used up | {ok = true}
local key = P .. 'dialled:' .. ARGV[8] .. ':' .. ARGV[4]
local one, all = tonumber(redis.call('HGET', key, ARGV[5]) or 0), tonumber(redis.call('HGET', key, 'all') or 0)
local most, total = tonumber(ARGV[6]), tonumber(ARGV[7])
if most > 0 and one >= most then return answer({spent = 'number'}) end
if total > 0 and all >= total then return answer({spent = 'total'}) end
redis.call('HINCRBY', key, ARGV[5], 1)
redis.call('HINCRBY', key, 'all', 1)
redis.call('PEXPIRE', key, 2 * 24 * 3600000)
return answer({ok = true})
