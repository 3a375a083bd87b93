-- A request under a key of its sender's own: is it the first of its key, a repetition, or another one?
--
-- KEYS: 1 the record of the key: fingerprint, until (ms: somebody is at it until then), answer (once there is one)
-- ARGV: 1 fingerprint of the request  2 for how long it may be under way, ms  3 for how long a key is kept, ms
-- Answer: {'go'}: it is this one's to do | {'answered', answer} | {'busy'} | {'other'}: the key was another request's
--
-- By Redis's own time: senders live in real time, whatever the lines' clock says.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = redis.call('HMGET', KEYS[1], 'fingerprint', 'until', 'answer')
if kept[1] then
  if kept[1] ~= ARGV[1] then return {'other'} end
  if kept[3] then return {'answered', kept[3]} end
  if tonumber(kept[2]) > now then return {'busy'} end
end
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'until', string.format('%.0f', now + tonumber(ARGV[2])))
if not kept[1] then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return {'go'}
