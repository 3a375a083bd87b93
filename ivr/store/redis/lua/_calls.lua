-- include: _agents
-- Calls in their lines. What a call's hash doesn't have is its default: a waiting call is to be small.

local EVERYONE = '1000000000000000'   -- the offset of a call without one of its own: order.py's class of everyone

-- A call as kept; what isn't there is the empty string. The fields of a waiting one are named to make room at once.
local function load(call)
  local kept = redis.call('HGETALL', P .. 'call:' .. call)
  local c = {state = '', queue = '', group = '', start = '', joined = '', score = '', ring = '', reason = '', turn = ''}
  for i = 1, #kept, 2 do c[kept[i]] = kept[i + 1] end
  setmetatable(c, {__index = function() return '' end})
  c.start = tonumber(c.start) or 0
  c.joined = tonumber(c.joined) or c.start
  c.score = c.start + (tonumber(c.offset) or 1e15)
  c.ring = tonumber(c.ring) or 1
  return c
end

local rules = {}   -- of this script, by queue and name

local function rule(queue, name)
  local at = queue .. ' ' .. name
  if not rules[at] then rules[at] = tonumber(redis.call('HGET', P .. 'queue:' .. queue, name)) or 0 end
  return rules[at]
end

local LATEST_KEPT_MS = 3600000

-- Where a call stands that comes now: behind everybody who came before, also where the clock has jumped back meanwhile.
local function place_of_now()
  local latest = tonumber(redis.call('GET', P .. 'latest')) or 0
  local place = now < latest and latest + 1 or now
  if place > latest then redis.call('SET', P .. 'latest', string.format('%.0f', place), 'PX', LATEST_KEPT_MS) end
  return place
end

-- Whether a call has waited as long as it may, by its step or by its line.
local function too_long(c)
  local own, longest = tonumber(c.max_wait) or 0, rule(c.queue, 'max_wait_ms')
  if own > 0 and (longest == 0 or own < longest) then longest = own end
  return longest > 0 and now - c.joined >= longest
end

-- A call's rings, narrowest first: {{group, after}, ...}, `after` in ms of its wait.
local function rings_of(c)
  if c.rings == '' then return {{c.group, 0}} end
  local found = {}
  for group, after in string.gmatch(c.rings, '(%S+):(%d+)') do found[#found + 1] = {group, tonumber(after)} end
  return found
end

local function without_word(text, word)
  local kept = {}
  for _, each in ipairs(words(text)) do
    if each ~= word then kept[#kept + 1] = each end
  end
  return table.concat(kept, ' ')
end

local PACE_MINUTES = 16

-- One more of `what` (j joined, a answered, x abandoned) in this minute of a line, for forecasts.
local function pace(queue, what)
  local minute = math.floor(now / 60000)
  local key, slot = P .. 'queue:' .. queue .. ':pace', minute % PACE_MINUTES
  if redis.call('HGET', key, 'm' .. slot) ~= tostring(minute) then
    redis.call('HSET', key, 'm' .. slot, minute, 'j' .. slot, 0, 'a' .. slot, 0, 'x' .. slot, 0)
  end
  redis.call('HINCRBY', key, what .. slot, 1)
end

-- The calls of a line that are with agents: offered, accepted or bridged. Each is a field of the line.
local function with_agents(queue)
  local found = {}
  for _, field in ipairs(redis.call('HKEYS', P .. 'queue:' .. queue)) do
    found[#found + 1] = string.match(field, '^with:(.*)')
  end
  return found
end

-- Whether a line has as many calls with agents as it may. They are counted where there is a cap alone.
local function capped(queue)
  local most = rule(queue, 'max_talking')
  return most > 0 and #with_agents(queue) >= most
end

local PATROL_MS = 30000

-- The score of the first call of each group, for agents to choose by. A group has none where nobody waits in it, or
-- where its line is at its cap and agents are to pass it over.
local function set_head(group, queue)
  local head = redis.call('ZRANGE', P .. 'group:' .. group .. ':calls', '0', '0', 'WITHSCORES')
  if head[1] and not capped(queue) then
    redis.call('HSET', P .. 'groups:heads', group, head[2])
  else
    redis.call('HDEL', P .. 'groups:heads', group)
  end
  return head[1]
end

local function line_add(call, c)
  local calls, score = P .. 'group:' .. c.group .. ':calls', string.format('%.0f', c.score)
  if redis.call('ZADD', calls, score, call) == 1 then
    local line = redis.call('HMGET', P .. 'queue:' .. c.queue, 'waiting', 'last')
    local waiting, last = tonumber(line[1]) or 0, tonumber(line[2])
    if waiting <= 0 or (last and last < c.score) then line[2] = score end
    redis.call('HSET', P .. 'queue:' .. c.queue, 'waiting', string.format('%d', waiting + 1), 'last', line[2] or '')
  end
  local head = redis.call('HGET', P .. 'groups:heads', c.group)
  if head and tonumber(head) <= c.score then return end
  set_head(c.group, c.queue)
  if not head then
    redis.call('SADD', P .. 'queue:' .. c.queue .. ':groups', c.group)
    redis.call('ZADD', P .. 'due', 'NX', now + PATROL_MS, 'patrol:' .. c.group)
  end
end

-- Out of the list of its group; whether it stood there.
local function group_remove(call, c)
  if redis.call('ZREM', P .. 'group:' .. c.group .. ':calls', call) == 0 then return false end
  if not set_head(c.group, c.queue) then group_empty(c.group, c.queue) end
  return true
end

local function line_remove(call, c)
  if group_remove(call, c) then redis.call('HINCRBY', P .. 'queue:' .. c.queue, 'waiting', '-1') end
end

local MOST_GROUPS = 200

-- How many waiting calls of the line go before a score. A line with very many groups at once counts only the call's own.
local function ahead_of(queue, group, score)
  local groups = redis.call('SMEMBERS', P .. 'queue:' .. queue .. ':groups')
  if #groups > MOST_GROUPS then groups = {group} end
  local ahead, below = 0, string.format('(%.0f', score)
  for _, each in ipairs(groups) do
    ahead = ahead + redis.call('ZCOUNT', P .. 'group:' .. each .. ':calls', '-inf', below)
  end
  return ahead
end

-- The same for a call that is about to join. `last` of a line is at least the score of everybody in it: whoever comes
-- later than that comes behind them all, and the groups needn't be looked at.
local function ahead_of_new(queue, group, score)
  local line = redis.call('HMGET', P .. 'queue:' .. queue, 'waiting', 'last')
  local waiting, last = tonumber(line[1]) or 0, tonumber(line[2])
  if waiting <= 0 then return 0 end
  return last and score > last and waiting or ahead_of(queue, group, score)
end

-- A call's place, from 1; 0 where it is in no line. One that is offered or accepted is next.
local function position(c)
  if c.state == 'waiting' then return ahead_of(c.queue, c.group, c.score) + 1 end
  return (c.state == 'offered' or c.state == 'accepted') and 1 or 0
end

local function staffed(group) return redis.call('EXISTS', P .. 'group:' .. group .. ':staff') == 1 end

-- The ring that is open for a call by now: by its wait, and past every ring in which nobody is logged in.
local function open_ring(rings, from, waited)
  local ring, why = from, 'time'
  while ring < #rings do
    if rings[ring + 1][2] <= waited then
      why = 'time'
    elseif not staffed(rings[ring][1]) then
      why = 'nobody'
    else
      break
    end
    ring = ring + 1
  end
  return ring, why
end

-- Opens the rings of a call that are due. True where one opened.
local function widen(call, c)
  if c.rings == '' then return false end
  local rings = rings_of(c)
  local from = math.min(c.start, c.joined)   -- a start after its joining comes of a clock that jumped back
  local ring, why = open_ring(rings, c.ring, now - from)
  if ring < #rings then
    redis.call('ZADD', P .. 'due', from + rings[ring + 1][2], 'ring:' .. call)
  else
    redis.call('ZREM', P .. 'due', 'ring:' .. call)
  end
  if ring == c.ring then return false end
  if c.state == 'waiting' then line_remove(call, c) end
  c.ring, c.group = ring, rings[ring][1]
  redis.call('HSET', P .. 'call:' .. call, 'ring', ring, 'group', c.group)
  if c.state == 'waiting' then line_add(call, c) end
  emit('call.ring_opened', call, {queue = c.queue, ring = ring, rings = #rings, why = why,
    wanted = redis.call('HGET', P .. 'groups:names', c.group) or ''})
  return true
end
