-- include: _common
-- What is due, oldest first. Each is put off by a lease rather than taken away: whoever popped it may die; the verb
-- that settles it moves or removes it.
-- ARGV: 4 most  5 lease ms. Answer: [member, ...]
local members = redis.call('ZRANGEBYSCORE', P .. 'due', '-inf', now, 'LIMIT', 0, tonumber(ARGV[4]))
for _, member in ipairs(members) do redis.call('ZADD', P .. 'due', now + tonumber(ARGV[5]), member) end
return cjson.encode({due = members})
