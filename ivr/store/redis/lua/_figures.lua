-- include: _calls
-- What a forecast of a wait needs to know of a line: core's QueueFigures.

-- The calls of other lines that go before a score, where one of these people may answer both.
local function rivals_of(own, people, below, most)
  local count = 0
  for i, each in ipairs(redis.call('HKEYS', P .. 'groups:heads')) do
    if i > most then break end
    local also = own[each] and {} or redis.call('SMISMEMBER', P .. 'group:' .. each .. ':staff', unpack(people))
    for _, serves in ipairs(also) do
      if serves == 1 then
        count = count + redis.call('ZCOUNT', P .. 'group:' .. each .. ':calls', '-inf', below)
        break
      end
    end
  end
  return count
end

local SOON_MS = 60000   -- people of a ring that opens so soon count as there

-- Who may answer, by what they do; of more than `most` agents a sample stands for all. Answers those looked at.
local function staff_of(said, group, most)
  local staff = P .. 'group:' .. group .. ':staff'
  said.staff = redis.call('SCARD', staff)
  local people = said.staff <= most and redis.call('SMEMBERS', staff) or redis.call('SRANDMEMBER', staff, most)
  for _, agent in ipairs(people) do
    local known = redis.call('HMGET', P .. 'agent:' .. agent, 'state', 'wish')
    local state, wish = known[1], known[2]
    if state == 'paused' or wish == 'paused' or wish == 'offline' then said.paused = said.paused + 1
    elseif state == 'on_call' then said.talking, said.busy = said.talking + 1, said.busy + 1
    elseif state ~= 'available' then said.busy = said.busy + 1 end
  end
  if #people < said.staff then
    local share = said.staff / #people
    for _, name in ipairs({'paused', 'talking', 'busy'}) do said[name] = math.floor(said[name] * share + 0.5) end
  end
  return people
end

-- A line's figures for a call in it, as `load` gives one; or, `c` nil, for one of `group` that joined now. `most` agents,
-- groups and calls ahead are looked at one by one.
local function figures_of(queue, c, group, most)
  local line = read(P .. 'queue:' .. queue, 'waiting', 'last_wait', 'last_answered', 'talk_ms')
  local said = {waiting = tonumber(line.waiting) or 0, last_wait = tonumber(line.last_wait) or 0,
    last_answered = tonumber(line.last_answered) or 0, talk_ms = tonumber(line.talk_ms) or 0, now = now, head = 0,
    callbacks_ahead = 0, rivals = 0, ring = 1, rings = 1, next_ring = 0, staff = 0, available = 0, talking = 0,
    busy = 0, paused = 0}
  local score = now + 1e15   -- of the class of everyone (core/routing/order.py), without a boost
  local soon = group
  if c then
    group, soon, score = c.group, c.group, c.score
    local rings = rings_of(c)
    said.ring, said.rings = c.ring, #rings
    if c.ring < #rings then said.next_ring = c.start + rings[c.ring + 1][2] end
    for i = c.ring + 1, #rings do
      if c.start + rings[i][2] <= now + SOON_MS then soon = rings[i][1] end
    end
  end
  local groups, own = redis.call('SMEMBERS', P .. 'queue:' .. queue .. ':groups'), {}
  said.ahead = ahead_of(queue, group, score)
  local below, looked = string.format('(%.0f', score), 0
  for i, each in ipairs(groups) do
    if i > most then break end
    own[each] = true
    local calls = P .. 'group:' .. each .. ':calls'
    local head = redis.call('ZRANGE', calls, 0, 0)[1]
    if head then
      local start = tonumber(redis.call('HGET', P .. 'call:' .. head, 'start')) or 0
      if said.head == 0 or start < said.head then said.head = start end
    end
    for _, other in ipairs(redis.call('ZRANGEBYSCORE', calls, '-inf', below, 'LIMIT', 0, math.max(0, most - looked))) do
      looked = looked + 1
      if string.sub(other, 1, 2) == 'CB' then said.callbacks_ahead = said.callbacks_ahead + 1 end
    end
  end
  if group ~= '' then
    said.available = redis.call('ZCARD', P .. 'group:' .. group .. ':agents')
    local people = staff_of(said, soon, most)
    if #people > 0 then said.rivals = rivals_of(own, people, below, most) end
  end
  local slots = redis.call('HGETALL', P .. 'queue:' .. queue .. ':pace')
  said.pace = {}
  for i = 1, #slots, 2 do said.pace[slots[i]] = tonumber(slots[i + 1]) end
  return said
end
