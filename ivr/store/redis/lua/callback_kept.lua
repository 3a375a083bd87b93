-- include: _common
-- SQL has heard of a callback. ARGV: 4 callback  5 its revision as read: a newer one is still to be told
local id = ARGV[4]
if (redis.call('HGET', P .. 'call:' .. id, 'rev') or ARGV[5]) == ARGV[5] then
  redis.call('ZREM', P .. 'callbacks:unkept', id)
end
return answer({ok = true})
