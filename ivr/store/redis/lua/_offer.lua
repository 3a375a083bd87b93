-- include: _match
-- Reservations: how one ends, and what becomes of its agent and its call.

-- The wrap-up of a line that wants to be told what came of the talk: MOST_WRAP_UP_SECONDS of core/agent.py.
local OWING_MS = 1800000
local OPEN = {pending = true, ringing = true}
local BUSY_CALL = {offered = true, accepted = true, bridged = true}

-- Writes down a reservation nobody has rung for so far. `mode` is its call's.
local function record(id, call, agent, queue, mode)
  local made = tonumber(redis.call('HGET', P .. 'agent:' .. agent, 'since')) or now
  redis.call('HSET', P .. 'reservation:' .. id, 'call', call, 'agent', agent, 'state', 'pending', 'queue', queue,
    'made', made, 'deadline', made + grace)
  if mode ~= '' then redis.call('HSET', P .. 'reservation:' .. id, 'mode', mode) end
end

-- A reservation's fields, `state` among them; the record is made where it had none and its call holds it.
local function offer_of(id, ...)
  local r = read(P .. 'reservation:' .. id, ...)
  local call = r.state == '' and string.match(id, '^(.+)-%d+$')
  if not call then return r end
  local c = read(P .. 'call:' .. call, 'reservation', 'agent', 'queue', 'mode')
  local agents = words(c.agent)
  for i, held in ipairs(words(c.reservation)) do
    if held == id then
      record(id, call, agents[i], c.queue, c.mode)
      return read(P .. 'reservation:' .. id, ...)
    end
  end
  return r
end

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
  local key, a = P .. 'agent:' .. agent, person(agent)
  if rang_out then
    a.rang_out = redis.call('HINCRBY', key, 'misses', 1)
    if a.rang_out >= limit then lease_ms = 0 end
  elseif cause ~= 'carrier' then
    redis.call('HSET', key, 'misses', 0)
  end
  if grant_wish(agent, a) then return end
  become(agent, a, 'paused', cause, lease_ms)
end

-- The agent's part in a call is over: after-call work, for `lease_ms`; straight on where there is none. `owes`: they
-- have to say first what came of the talk, and a wish waits for that. A wrap-up of the longest lease says either way.
local function wrap_up(agent, lease_ms, owes)
  local a = person(agent)
  if not owes and grant_wish(agent, a) then return end
  if lease_ms < OWING_MS then return become(agent, a, 'wrap_up', '', math.max(1, lease_ms)) end
  become(agent, a, 'wrap_up', '', lease_ms, 'owes', owes and '1' or '')
end

-- What SQL is to hear of a callback: drained by sweeps until it has.
local function unkept(call)
  redis.call('HINCRBY', P .. 'call:' .. call, 'rev', 1)
  redis.call('ZADD', P .. 'callbacks:unkept', now, call)
end

-- A callback that is over makes room for the next of its number.
local function callback_over(call, c)
  if c.mode ~= 'callback' then return end
  local held = c.queue .. ' ' .. c.number
  if redis.call('HGET', P .. 'callbacks', held) == call then redis.call('HDEL', P .. 'callbacks', held) end
  unkept(call)
end

-- A call leaves its line for good. The caller of this has settled its agents.
local function leave(call, c, reason)
  if c.state == 'waiting' then line_remove(call, c) end
  if c.rings ~= '' then redis.call('ZREM', P .. 'due', 'ring:' .. call) end
  if c.mode == 'callback' then redis.call('ZREM', P .. 'due', 'call:' .. call) end
  redis.call('HSET', P .. 'call:' .. call, 'state', 'left', 'left_reason', reason, 'left', now)
  redis.call('PEXPIRE', P .. 'call:' .. call, KEEP_LEFT_MS)
  callback_over(call, c)
  if reason ~= 'talked' then pace(c.queue, 'x') end
  emit('call.left', call, {reason = reason, queue = c.queue, waited_ms = now - c.joined})
  if BUSY_CALL[c.state] then unbusy(call, c.queue) end
end

-- Every open offer of a call comes to nothing; its agents are free for others. Returns the legs to hang up, and the
-- reservations of those who have picked up and lost the call to a colleague: they are to be told.
local function close_offers(c, state, cause, except)
  local legs, told, freed, agents = {}, {}, {}, words(c.agent)
  for i, id in ipairs(words(c.reservation)) do
    if id ~= except then
      freed[#freed + 1] = agents[i]
      if redis.call('EXISTS', P .. 'reservation:' .. id) == 0 then record(id, c.call, agents[i], c.queue, c.mode) end
      close(id, state, cause)
      emit('offer.ended', c.call, {agent = freed[#freed], offer = id, state = state, cause = cause})
      if cause == 'taken' and redis.call('HEXISTS', P .. 'reservation:' .. id, 'answered') == 1 then
        told[#told + 1] = id
        redis.call('ZADD', P .. 'due', now + grace, 'tell:' .. id)
        drop_later(id)
      else
        local leg = drop(id)
        if leg ~= '' then legs[#legs + 1] = leg end
      end
    end
  end
  for _, agent in ipairs(freed) do free(agent, person(agent)) end
  return legs, told
end

-- Whatever state a call is in, out of its line. Fills `said` with what is left to do at the carrier: `drops` legs to
-- hang up, `tell` a reservation whose agent is to hear that the caller is gone.
local function withdraw(call, c, reason, gone_ms, said)
  local id, agent = c.reservation, c.agent
  c.call = call
  leave(call, c, reason)
  if c.state == 'offered' then
    local gone = reason == 'abandoned'
    said.drops = close_offers(c, gone and 'cancelled' or 'rescinded', gone and 'caller_gone' or 'left')
  elseif c.state == 'accepted' then
    close(id, 'cancelled', 'caller_gone')
    said.tell = id
    redis.call('ZADD', P .. 'due', now + grace, 'tell:' .. id)
    local leg = drop_caller(id)
    said.drops = leg ~= '' and {leg} or {}
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
    local lease_ms = rule(c.queue, 'wrap_ms')
    wrap_up(agent, lease_ms, lease_ms >= OWING_MS and rule(c.queue, 'required') == 1)
  end
end

-- Whether a reservation is one its call has.
local function current(id, r)
  return r.call ~= '' and has_word(redis.call('HGET', P .. 'call:' .. r.call, 'reservation') or '', id)
end
