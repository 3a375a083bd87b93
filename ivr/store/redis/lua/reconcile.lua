-- include: _offer
-- Makes one agent or call agree with itself and with what it points to. The scripts leave nothing half done; a Redis
-- that lost the end of its log, or a hand that edited it, does.
-- ARGV: 4 'agent', 'call' or 'queue'  5 id  6 back-off ms  7 ms without a sign of life after which the carrier is asked
--       8 group in whose line a call was found, empty for none
-- Answer: {repaired = what, empty for nothing}
local kind, id = ARGV[4], ARGV[5]
local repaired = ''

if kind == 'agent' then
  local a = read(P .. 'agent:' .. id, 'state', 'reservation', 'call', 'deadline', 'since')
  local r = a.reservation ~= '' and offer_of(a.reservation, 'call', 'agent', 'state', 'ended') or
    {call = '', agent = '', state = '', ended = ''}
  local held = r.agent == id and current(a.reservation, r)
  if a.state == 'reserved' and not (held and OPEN[r.state]) then
    repaired = 'reserved for nothing'
    local whole = person(id)
    unlist(id, whole)
    free(id, whole)
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
    local whole = person(id)
    unlist(id, whole)
    if match_agent(id, whole) then repaired = 'free while a call waited' else enlist(id, a.since) end
  end
elseif kind == 'queue' then
  local waiting = 0
  for _, group in ipairs(redis.call('SMEMBERS', P .. 'queue:' .. id .. ':groups')) do
    waiting = waiting + redis.call('ZCARD', P .. 'group:' .. group .. ':calls')
    set_head(group, id)
  end
  if rule(id, 'waiting') ~= waiting then
    repaired = 'miscounted'
    redis.call('HSET', P .. 'queue:' .. id, 'waiting', waiting)
  end
else
  local c = load(id)
  local r = c.reservation ~= '' and c.state ~= 'waiting' and offer_of(words(c.reservation)[1], 'state') or
    {state = ''}
  local held = c.agent ~= '' and
    redis.call('HGET', P .. 'agent:' .. (words(c.agent)[1] or ''), 'reservation') == words(c.reservation)[1]
  if c.state == '' or c.state == 'left' then
    for _, queue in ipairs(redis.call('SMEMBERS', P .. 'queues')) do
      if redis.call('HDEL', P .. 'queue:' .. queue, 'with:' .. id) == 1 then repaired = 'with an agent after it left' end
    end
    if ARGV[8] ~= '' and redis.call('ZREM', P .. 'group:' .. ARGV[8] .. ':calls', id) == 1 then
      repaired = 'in line after it left'
    end
  elseif (c.state == 'offered' and not (held and OPEN[r.state]))
      or (c.state == 'accepted' and not (held and r.state == 'accepted')) then
    repaired = 'held for nobody'
    for _, offer in ipairs(words(c.reservation)) do
      if redis.call('EXISTS', P .. 'reservation:' .. offer) == 1 then close(offer, 'rescinded', 'left') end
    end
    back_in_line(id, c)
  elseif c.state == 'waiting' then
    if not redis.call('ZSCORE', P .. 'group:' .. c.group .. ':calls', id) then
      repaired = 'waiting in no line'
      line_add(id, c)
    end
    redis.call('HDEL', P .. 'queue:' .. c.queue, 'with:' .. id)
    if match_call(id, c) then repaired = 'waiting while an agent was free' end
    if not redis.call('ZSCORE', P .. 'due', 'patrol:' .. c.group) and redis.call('EXISTS', P .. 'group:' .. c.group .. ':calls') == 1 then
      redis.call('ZADD', P .. 'due', now + tonumber(ARGV[7]), 'patrol:' .. c.group)
    end
  else
    redis.call('HSET', P .. 'queue:' .. c.queue, 'with:' .. id, '')
  end
end
return answer({repaired = repaired})
