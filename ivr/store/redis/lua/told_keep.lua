-- include: _common
-- Keep what a waiting caller was told of the place, and the first forecast of the wait, to be held against what comes.
-- ARGV: 4 call  5 queue  6 ms to keep it
--       7 position  8 until, ms  9 low minutes and 10 high minutes as said; 7 empty: nothing was said, 9 empty: no wait
--       11 low  12 middle  13 high, ms from now: the forecast; 11 empty: none  14 1: a promise is expected to be broken
--       15 of which class of calls ahead the forecast is  16 what it was made of
local call, queue, position, low, forecast = ARGV[4], ARGV[5], ARGV[7], ARGV[9], ARGV[11]
local key = P .. 'told:' .. call
if position ~= '' then
  redis.call('HSET', key, 'at', now, 'position', position, 'until', ARGV[8], 'line', queue)
  if low ~= '' then
    emit('wait.told', call, {queue = queue, low = 60 * tonumber(low), high = 60 * tonumber(ARGV[10])})
  end
end
if forecast ~= '' and redis.call('HEXISTS', key, 'since') == 0 then
  redis.call('HSET', key, 'queue', queue, 'since', now, 'low', forecast, 'middle', ARGV[12], 'high', ARGV[13],
    'class', ARGV[15], 'made_of', ARGV[16])
end
redis.call('HSET', key, 'breach', ARGV[14])
redis.call('PEXPIRE', key, ARGV[6])
return '{}'
