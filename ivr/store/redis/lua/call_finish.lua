-- include: _offer
-- One of the two has left: the talk is over, or, before the caller was in the room, the agent has gone again.
-- ARGV: 4 reservation  5 back-off ms of an agent who went before the caller came  6 ms: a room left sooner than this,
--       in which nobody saw both, was no talk
-- Answer: {was = state the call was in, wrap_ms}
local id = ARGV[4]
local r = read(P .. 'reservation:' .. id, 'call', 'agent', 'state', 'bridged', 'met', 'ended', 'queue')
local said = {was = '', wrap_ms = 0}
if r.call == '' then return answer(said) end
local c = load(r.call)
if r.state == 'accepted' then said.wrap_ms = rule(r.queue, 'wrap_ms') end
if c.reservation ~= id then return answer(said) end
said.was = c.state
local alone = c.state == 'bridged' and r.met == '' and now - tonumber(r.bridged) < tonumber(ARGV[6])
if c.state == 'bridged' and not alone then
  local talked = math.max(0, now - tonumber(r.bridged))
  local line = read(P .. 'queue:' .. c.queue, 'talk_ms')
  local mean = tonumber(line.talk_ms)
  redis.call('HSET', P .. 'queue:' .. c.queue, 'talk_ms', math.floor(mean and mean + (talked - mean) / 16 or talked))
  withdraw(r.call, c, 'talked', 0, said)
elseif c.state == 'accepted' or alone then
  close(id, 'cancelled', 'agent_gone')
  drop_caller(id)
  drop_later(id)
  emit('offer.ended', r.call, {agent = r.agent, offer = id, state = 'cancelled', cause = 'agent_gone'})
  back_in_line(r.call, c)
  back_off(r.agent, 'agent_gone', tonumber(ARGV[5]), false, 0)
end
return answer(said)
