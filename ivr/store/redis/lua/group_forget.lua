-- include: _calls
-- Groups nobody has asked for in a long time are forgotten, with all that is kept of them; whoever asks for the same
-- later makes a new one. A call goes by the ids of its rings' groups for as long as it is in a line: longer than that
-- must have passed, and where somebody waits in a group it stays.
-- ARGV: 4 ms nobody has asked for it  then groups, without those that callbacks go by
-- Answer: {forgotten = how many}
local function forget(group, name)
  for _, agent in ipairs(redis.call('SMEMBERS', P .. 'group:' .. group .. ':staff')) do
    local key = P .. 'agent:' .. agent
    redis.call('HSET', key, 'groups', without_word(redis.call('HGET', key, 'groups') or '', group))
    redis.call('HDEL', key .. ':levels', group)
  end
  local kept = P .. 'group:' .. group
  redis.call('DEL', kept .. ':staff', kept .. ':agents', kept .. ':patrol')
  redis.call('ZREM', P .. 'due', 'patrol:' .. group, 'group:' .. group)
  for _, by_name in ipairs({'groups', 'groups:ready'}) do
    if redis.call('HGET', P .. by_name, name) == group then redis.call('HDEL', P .. by_name, name) end
  end
  for _, by_id in ipairs({'groups:names', 'groups:heads', 'groups:used'}) do redis.call('HDEL', P .. by_id, group) end
end

local unused, forgotten = tonumber(ARGV[4]), 0
for i = 5, #ARGV do
  local group = ARGV[i]
  local name, since = redis.call('HGET', P .. 'groups:names', group), redis.call('HGET', P .. 'groups:used', group)
  if name and not since then
    redis.call('HSET', P .. 'groups:used', group, NOW)   -- made when nobody counted yet
  elseif name and now - since >= unused and redis.call('EXISTS', P .. 'group:' .. group .. ':calls') == 0 then
    forget(group, name)
    forgotten = forgotten + 1
  end
end
-- Whoever is logging in right now has looked at other groups than there are: see agent_login.
if forgotten > 0 then redis.call('HINCRBY', P .. 'groups:meta', 'last', 1) end
return answer({forgotten = forgotten})
