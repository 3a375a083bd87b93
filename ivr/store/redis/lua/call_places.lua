-- include: _calls
-- The waiting calls of a line in their order. ARGV: 4 queue  5 first, from 0  6 how many
-- Answer: {total, calls = {{call, score}, ...}}
local heads, total = {}, 0
local last = tonumber(ARGV[5]) + tonumber(ARGV[6])
for _, group in ipairs(redis.call('SMEMBERS', P .. 'queue:' .. ARGV[4] .. ':groups')) do
  local calls = P .. 'group:' .. group .. ':calls'
  total = total + redis.call('ZCARD', calls)
  local some = redis.call('ZRANGE', calls, 0, last - 1, 'WITHSCORES')
  for i = 1, #some, 2 do heads[#heads + 1] = {some[i], tonumber(some[i + 1])} end
end
table.sort(heads, function(one, other)
  if one[2] ~= other[2] then return one[2] < other[2] end
  return one[1] < other[1]
end)
local said = {total = total, calls = {}}
for i = tonumber(ARGV[5]) + 1, math.min(last, #heads) do said.calls[#said.calls + 1] = heads[i][1] end
return cjson.encode(said)
