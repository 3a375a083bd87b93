-- include: _offer
-- The intent to dial a caller back, recorded before the carrier is asked: one process at a time may ask.
-- ARGV: 4 reservation  5 ms until somebody may look whether the leg was made  6 1: again, after looking in vain
-- Answer: {call, number, to_number, attempts} | {refused = why}
local id = ARGV[4]
local key = P .. 'reservation:' .. id
local r = read(key, 'call', 'state', 'ended', 'mode', 'dial', 'caller_leg')
if r.mode ~= 'callback' or r.state ~= 'accepted' or r.ended ~= '' or not current(id, r) then
  return answer({refused = r.state})
end
local c = read(P .. 'call:' .. r.call, 'state', 'number', 'to')
if c.state ~= 'accepted' or r.caller_leg ~= '' then return answer({refused = 'dialled'}) end
if r.dial ~= '' and ARGV[6] ~= '1' then return answer({refused = 'asked'}) end
if r.dial == '' and redis.call('HSETNX', P .. 'call:' .. r.call, 'tried', now) == 1 then
  unkept(r.call)
  -- Whether what its caller was told is kept shows here, once, and no event tells of it.
  local told = redis.call('HMGET', P .. 'call:' .. r.call, 'promised_until', 'queue')
  if told[1] then
    local kept = now <= tonumber(told[1]) and 'in_time' or 'late'
    redis.call('HINCRBY', P .. 'meter', 'count:callbacks_' .. kept .. ':' .. told[2], 1)
  end
end
redis.call('HSET', key, 'dial', now, 'deadline', now + tonumber(ARGV[5]))
local attempts = redis.call('HINCRBY', key, 'dials', 1)
redis.call('ZADD', P .. 'due', now + tonumber(ARGV[5]), 'offer:' .. id)
return answer({call = r.call, number = c.number, to_number = c.to, attempts = attempts})
