-- KEYS: sessions. The blob of each that is known and not over, else an empty text: who calls, for people to see.
local found = {}
for place, key in ipairs(KEYS) do
  local blob, ended = unpack(redis.call('HMGET', key, 'blob', 'ended_ms'))
  found[place] = blob and not ended and blob or ''
end
return found
