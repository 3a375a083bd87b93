-- include: _offer
-- Everybody who might serve a group has gone: its calls go on to their next rings.
-- ARGV: 4 group  5 calls to pass over, which have no further ring  6 most at once
-- Answer: {seen, kept}
local group = ARGV[4]
redis.call('ZREM', P .. 'due', 'group:' .. group)
local kept = 0
local from = tonumber(ARGV[5])
local calls = redis.call('ZRANGE', P .. 'group:' .. group .. ':calls', from, from + tonumber(ARGV[6]) - 1)
for _, call in ipairs(calls) do
  local c = load(call)
  if widen(call, c) then match_call(call, c) else kept = kept + 1 end
end
return answer({seen = #calls, kept = kept})
