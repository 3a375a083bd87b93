-- include: _common
-- Both are in the room. ARGV: 4 reservation
local key = P .. 'reservation:' .. ARGV[4]
if redis.call('HGET', key, 'state') == 'accepted' then redis.call('HSETNX', key, 'met', now) end
return answer({ok = true})
