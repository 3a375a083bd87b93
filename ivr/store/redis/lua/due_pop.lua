-- include: _common
-- What is due, oldest first. Each is put off by a lease rather than taken away: whoever popped it may die; the verb
-- that settles it moves or removes it. What became of an agent before the lease was over left its deadline behind, so
-- that being offered a call needn't look for it: it goes here.
-- ARGV: 4 most  5 lease ms. Answer: [member, ...]
local due = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', P .. 'due', '-inf', now, 'LIMIT', 0, tonumber(ARGV[4]))) do
  local agent = string.match(member, '^agent:(.*)')
  local lease = agent and tonumber(redis.call('HGET', P .. 'agent:' .. agent, 'deadline') or 0)
  if lease == 0 then
    redis.call('ZREM', P .. 'due', member)
  elseif lease and lease > now then
    redis.call('ZADD', P .. 'due', lease, member)
  else
    redis.call('ZADD', P .. 'due', now + tonumber(ARGV[5]), member)
    due[#due + 1] = member
  end
end
return cjson.encode({due = due})
