-- include: _common
-- A skill group's id, made where there was none. ARGV: 4 its name (core/routing/groups.py)  5 letter of its strategy
-- Answer: {group, ready}. Until it is ready the agents logged in before it was made aren't in it: see group_fill.
local group = redis.call('HGET', P .. 'groups', ARGV[4])
if not group then
  group = ARGV[5] .. redis.call('HINCRBY', P .. 'groups:meta', 'last', 1)
  redis.call('HSET', P .. 'groups', ARGV[4], group)
  redis.call('HSET', P .. 'groups:names', group, ARGV[4])
  redis.call('HSET', P .. 'groups:used', group, NOW)
  -- A value this long makes Redis keep the hash as a table: as a list, every match would read it from end to end.
  redis.call('HSET', P .. 'groups:heads', 'about', 'group -> score of its first call, where agents may be offered one')
end
return answer({group = group, ready = redis.call('HEXISTS', P .. 'groups:ready', ARGV[4]) == 1})
