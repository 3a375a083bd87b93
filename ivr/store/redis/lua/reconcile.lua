-- include: _offer
-- Makes one agent or call agree with itself and with what it points to. The scripts leave nothing half done; a Redis
-- that lost the end of its log, or a hand that edited it, does.
-- ARGV: 4 'agent' or 'call'  5 id  6 back-off ms  7 ms without a sign of life after which the carrier is asked
-- Answer: {repaired = what, empty for nothing}
local kind, id = ARGV[4], ARGV[5]
local repaired = ''

if kind == 'agent' then
  local a = read(P .. 'agent:' .. id, 'state', 'reservation', 'call', 'deadline', 'since')
  local r = a.reservation ~= '' and read(P .. 'reservation:' .. a.reservation, 'call', 'agent', 'state', 'ended') or
    {call = '', agent = '', state = '', ended = ''}
  local held = r.agent == id and current(a.reservation, r)
  if a.state == 'reserved' and not (held and OPEN[r.state]) then
    repaired = 'reserved for nothing'
    free(id)
  elseif a.state == 'on_call' and not (held and r.state == 'accepted' and r.ended == '') then
    repaired = 'on no call'
    wrap_up(id, tonumber(ARGV[6]))
  elseif a.state == 'wrap_up' and not redis.call('ZSCORE', P .. 'due', 'agent:' .. id) then
    repaired = 'wrap-up without an end'
    redis.call('ZADD', P .. 'due', math.max(tonumber(a.deadline) or 0, now), 'agent:' .. id)
    if (tonumber(a.deadline) or 0) == 0 then redis.call('HSET', P .. 'agent:' .. id, 'deadline', now) end
  elseif a.state == 'paused' and (tonumber(a.deadline) or 0) > 0
      and not redis.call('ZSCORE', P .. 'due', 'agent:' .. id) then
    repaired = 'back-off without an end'
    redis.call('ZADD', P .. 'due', math.max(tonumber(a.deadline), now), 'agent:' .. id)
  elseif a.state == 'available' then
    if match_agent(id) then repaired = 'free while a call waited' else enlist(id, a.since) end
  end
else
  local c = read(P .. 'call:' .. id, 'state', 'group', 'queue', 'reservation', 'agent', 'score', 'silence_ms')
  local r = c.reservation ~= '' and read(P .. 'reservation:' .. c.reservation, 'agent', 'state') or
    {agent = '', state = ''}
  local held = c.agent ~= '' and redis.call('HGET', P .. 'agent:' .. c.agent, 'reservation') == c.reservation
  if c.state == '' or c.state == 'left' then
    for _, queue in ipairs(redis.call('SMEMBERS', P .. 'queues')) do
      if redis.call('ZREM', P .. 'queue:' .. queue .. ':calls', id) == 1 then repaired = 'in line after it left' end
    end
    redis.call('ZREM', P .. 'due', 'call:' .. id)
  elseif (c.state == 'offered' and not (held and OPEN[r.state]))
      or (c.state == 'accepted' and not (held and r.state == 'accepted')) then
    repaired = 'held for nobody'
    if r.state ~= '' then close(c.reservation, 'rescinded', 'left') end
    back_in_line(id)
  elseif c.state == 'waiting' then
    if not redis.call('ZSCORE', P .. 'group:' .. c.group .. ':calls', id) then
      repaired = 'waiting in no line'
      line_add(id, c)
    end
    if match_call(id, c.group) then repaired = 'waiting while an agent was free' end
  end
  if c.state ~= '' and c.state ~= 'left' and c.state ~= 'bridged'
      and not redis.call('ZSCORE', P .. 'due', 'call:' .. id) then
    redis.call('ZADD', P .. 'due', now + tonumber(ARGV[7]), 'call:' .. id)
  end
end
return answer({repaired = repaired})
