-- include: _common
-- A call was answered: its line learns from what was forecast for it (core/routing/tuning.py has the formula), once.
-- ARGV: 4 call  5 day  6 ms to keep a day  7 step  8 low, 9 middle, 10 high: the shares wanted
--       11 least and 12 greatest level
-- Answer: {learned}
local call, step, least, most = ARGV[4], tonumber(ARGV[7]), tonumber(ARGV[11]), tonumber(ARGV[12])
local key = P .. 'told:' .. call
local told = read(key, 'queue', 'since', 'low', 'middle', 'high', 'class', 'made_of')
redis.call('DEL', key)
if told.since == '' then return '{"learned":false}' end
local waited = math.max(0, now - tonumber(told.since))
local line = P .. 'waits:' .. told.queue
for i, name in ipairs({'low', 'middle', 'high'}) do
  local share = tonumber(ARGV[7 + i])
  local field = name .. told.class
  local level = tonumber(redis.call('HGET', line, field)) or share
  level = level + step * (share - (waited <= tonumber(told[name]) and 1 or 0))
  redis.call('HSET', line, field, string.format('%.6f', math.min(most, math.max(least, level))))
end
local low, high = tonumber(told.low), tonumber(told.high)
local day = line .. ':' .. ARGV[5]
redis.call('HINCRBY', day, 'calls', 1)
redis.call('HINCRBY', day, 'under', waited < low and 1 or 0)
redis.call('HINCRBY', day, 'over', waited > high and 1 or 0)
redis.call('HINCRBY', day, 'width', high - low)
redis.call('HINCRBY', day, 'error', math.abs(waited - tonumber(told.middle)))
redis.call('HINCRBY', day, 'waited', waited)
redis.call('PEXPIRE', day, ARGV[6])
emit('wait.measured', call, {queue = told.queue, waited_ms = waited, low_ms = low, middle_ms = tonumber(told.middle),
  high_ms = high, ahead = tonumber(told.class), made_of = told.made_of})
return '{"learned":true}'
