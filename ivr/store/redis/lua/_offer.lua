-- include: _match
-- Reservations: how one ends, and what becomes of its agent and its call.

local OPEN = {pending = true, ringing = true}

local function close(id, state, cause)
  redis.call('HSET', P .. 'reservation:' .. id, 'state', state, 'cause', cause, 'ended', now)
  redis.call('ZREM', P .. 'due', 'offer:' .. id)
  redis.call('PEXPIRE', P .. 'reservation:' .. id, KEEP_LEFT_MS)
end

-- A leg that is to be hung up: due at once, so that it is done even where the process that ends the offer dies here.
-- A leg whose making isn't known yet is looked for (`stray`). Returns the leg, empty where there is none.
local function drop(id)
  local r = read(P .. 'reservation:' .. id, 'leg', 'intent', 'leg_over')
  if r.leg ~= '' and r.leg_over == '' then
    redis.call('ZADD', P .. 'due', now + grace, 'leg:' .. r.leg)
    return r.leg
  end
  if r.leg == '' and r.intent ~= '' then redis.call('ZADD', P .. 'due', now + 5 * grace, 'stray:' .. id) end
  return ''
end

-- The agent's leg of a talk that is over ends by itself, with its room or after a last word; where the carrier doesn't
-- say so in time it is hung up.
local function drop_later(id)
  local r = read(P .. 'reservation:' .. id, 'leg', 'leg_over')
  if r.leg ~= '' and r.leg_over == '' then redis.call('ZADD', P .. 'due', now + 10 * grace, 'leg:' .. r.leg) end
end

-- The leg of a caller who is being called back, where nobody has picked it up yet. One whose making isn't known is
-- looked for (`caller`). Whoever has picked up is told in their own leg, at the key they press.
local function drop_caller(id)
  local r = read(P .. 'reservation:' .. id, 'mode', 'dial', 'caller_leg', 'caller_up', 'caller_over')
  if r.mode ~= 'callback' or r.dial == '' then return '' end
  if r.caller_leg == '' then
    redis.call('ZADD', P .. 'due', now + 5 * grace, 'caller:' .. id)
  elseif r.caller_up == '' and r.caller_over == '' then
    redis.call('ZADD', P .. 'due', now + grace, 'leg:' .. r.caller_leg)
    return r.caller_leg
  end
  return ''
end

-- An offer that came to nothing at the agent's side. `lease_ms` is the back-off; `rang_out` counts towards a pause
-- that only the agent ends, once `limit` offers in a row rang out.
local function back_off(agent, cause, lease_ms, rang_out, limit)
  local key = P .. 'agent:' .. agent
  if rang_out then
    local misses = redis.call('HINCRBY', key, 'misses', 1)
    if misses >= limit then lease_ms = 0 end
  elseif cause ~= 'carrier' then
    redis.call('HSET', key, 'misses', 0)
  end
  if grant_wish(agent) then return end
  set_state(agent, 'paused', cause, lease_ms)
end

-- The agent's part in a call is over: after-call work, for `lease_ms`; straight on where there is none.
local function wrap_up(agent, lease_ms)
  if grant_wish(agent) then return end
  set_state(agent, 'wrap_up', '', math.max(1, lease_ms))
end

-- What SQL is to hear of a callback: drained by sweeps until it has.
local function unkept(call)
  redis.call('HINCRBY', P .. 'call:' .. call, 'rev', 1)
  redis.call('ZADD', P .. 'callbacks:unkept', now, call)
end

-- A callback that is over makes room for the next of its number.
local function callback_over(call)
  local c = read(P .. 'call:' .. call, 'mode', 'queue', 'number')
  if c.mode ~= 'callback' then return end
  local held = c.queue .. ' ' .. c.number
  if redis.call('HGET', P .. 'callbacks', held) == call then redis.call('HDEL', P .. 'callbacks', held) end
  unkept(call)
end

-- A call leaves its line for good. The caller of this has settled its agent.
local function leave(call, c, reason)
  if c.state == 'waiting' then group_remove(call, c.group) end
  redis.call('ZREM', P .. 'queue:' .. c.queue .. ':calls', call)
  redis.call('ZREM', P .. 'due', 'call:' .. call)
  redis.call('HSET', P .. 'call:' .. call, 'state', 'left', 'left_reason', reason, 'left', now)
  redis.call('PEXPIRE', P .. 'call:' .. call, KEEP_LEFT_MS)
  callback_over(call)
  emit('call.left', call, {reason = reason, queue = c.queue})
end

-- Whatever state a call is in, out of its line. Fills `said` with what is left to do at the carrier.
local function withdraw(call, c, reason, gone_ms, said)
  local id, agent = c.reservation, c.agent
  leave(call, c, reason)
  if c.state == 'offered' then
    local gone = reason == 'abandoned'
    close(id, gone and 'cancelled' or 'rescinded', gone and 'caller_gone' or 'left')
    said.drop = drop(id)
    free(agent)
  elseif c.state == 'accepted' then
    close(id, 'cancelled', 'caller_gone')
    said.tell = id
    redis.call('ZADD', P .. 'due', now + grace, 'tell:' .. id)
    said.drop = drop_caller(id)
    drop_later(id)
    wrap_up(agent, gone_ms)
  elseif c.state == 'bridged' then
    local r = read(P .. 'reservation:' .. id, 'met', 'leg_over')
    if r.met == '' and r.leg_over == '' then   -- perhaps the agent is alone in the room
      said.tell = id
      redis.call('ZADD', P .. 'due', now + grace, 'tell:' .. id)
    end
    redis.call('HSET', P .. 'reservation:' .. id, 'ended', now)
    redis.call('ZREM', P .. 'due', 'offer:' .. id)
    redis.call('PEXPIRE', P .. 'reservation:' .. id, KEEP_LEFT_MS)
    drop_later(id)
    wrap_up(agent, tonumber(c.wrap_ms) or 0)
  end
end

-- Whether a reservation is still the one its call has.
local function current(id, r)
  return r.call ~= '' and redis.call('HGET', P .. 'call:' .. r.call, 'reservation') == id
end
