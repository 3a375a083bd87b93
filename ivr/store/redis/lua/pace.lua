-- The next start of a call at the carrier: one each interval, first come first, urgent ones before all others.
--
-- KEYS: 1 when the next start is free, ms  2 who waits for one, by rank  3 until when each keeps its place, ms
-- ARGV: 1 now_ms (0: Redis's own time)  2 ticket  3 what is added to its time of asking to rank it  4 interval, ms
--       5 how far ahead a start may be given, ms
-- Answer: {1, ms until the start} | {0, ms until it should ask again}
--
-- A start is given to any ticket for which all those before it still leave one near enough, so a late comer at the head
-- holds nobody up, and what is given never runs further ahead than ARGV[5].
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local ticket, interval, near = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
local LONGEST, KEPT = 5 * near, 15 * near

-- Those who didn't ask again; and, where the clock has jumped back, those who can't have been told to wait so long.
for _, limits in ipairs({{'-inf', now - 1}, {now + KEPT + 1, '+inf'}}) do
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], limits[1], limits[2])) do
    redis.call('ZREM', KEYS[2], gone)
    redis.call('ZREM', KEYS[3], gone)
  end
end

local free = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
if free > now + near + interval then free = now end
redis.call('ZADD', KEYS[2], 'NX', now + tonumber(ARGV[3]), ticket)
local wait = free - now + redis.call('ZRANK', KEYS[2], ticket) * interval
if wait <= near then
  redis.call('ZREM', KEYS[2], ticket)
  redis.call('ZREM', KEYS[3], ticket)
  redis.call('SET', KEYS[1], free + interval, 'PX', math.ceil(near + interval) + KEPT)
  return {1, math.floor(wait)}
end
local again = math.ceil(math.min(wait - near / 2, LONGEST))
redis.call('ZADD', KEYS[3], now + again + 10 * near, ticket)
for i = 2, 3 do redis.call('PEXPIRE', KEYS[i], KEPT) end
return {0, again}
