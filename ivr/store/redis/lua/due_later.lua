-- include: _common
-- Puts a deadline off, where it stands at all; 0 ms drops it. ARGV: 4 member  5 ms
if tonumber(ARGV[5]) == 0 then
  redis.call('ZREM', P .. 'due', ARGV[4])
else
  redis.call('ZADD', P .. 'due', 'XX', now + tonumber(ARGV[5]), ARGV[4])
end
return answer({ok = true})
