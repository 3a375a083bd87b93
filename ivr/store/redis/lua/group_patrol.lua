-- include: _offer
-- Walks the calls of a group, some at a time, for those without a sign of life. Each found is taken for seen from now,
-- so that it comes up again only after as long a silence.
-- ARGV: 4 group  5 ms of silence  6 most at once
-- Answer: {silent = calls}
local group, silence = ARGV[4], tonumber(ARGV[5])
local calls = P .. 'group:' .. group .. ':calls'
local silent = {}
if redis.call('EXISTS', calls) == 0 then
  redis.call('ZREM', P .. 'due', 'patrol:' .. group)
  return answer({silent = silent})
end
local cursor = P .. 'group:' .. group .. ':patrol'
local from = tonumber(redis.call('GET', cursor)) or 0
local found = redis.call('ZRANGE', calls, from, from + tonumber(ARGV[6]) - 1)
for _, call in ipairs(found) do
  local c = read(P .. 'call:' .. call, 'state', 'group', 'seen', 'joined', 'start', 'mode', 'expires')
  local seen = (tonumber(c.seen) or 0) * 1000
  if seen == 0 then seen = tonumber(c.joined) or tonumber(c.start) or 0 end
  if c.state ~= 'waiting' or c.group ~= group then
    silent[#silent + 1] = call   -- a line that lost its tail: reconciled by whoever hears of it
  elseif c.mode == 'callback' then
    if (tonumber(c.expires) or now + 1) <= now then silent[#silent + 1] = call end
  elseif now - seen >= silence then
    silent[#silent + 1] = call
    redis.call('HSET', P .. 'call:' .. call, 'seen', math.floor(now / 1000))
  end
end
local whole = #found < tonumber(ARGV[6])
if whole then redis.call('DEL', cursor) else redis.call('SET', cursor, from + #found, 'PX', 600000) end
redis.call('ZADD', P .. 'due', whole and now + math.floor(silence / 3) or now, 'patrol:' .. group)
return answer({silent = silent})
