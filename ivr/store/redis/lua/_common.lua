-- What every script of the lines begins with.
--
-- KEYS: 1 the centre's prefix, hash tag included: `hl:{main}:`
-- ARGV: 1 now_ms (0: Redis's own time)  2 operation id (empty: none)  3 ms a job may take to act on an offer
--
-- Keys are derived from the prefix inside the scripts: which call and which agent a match touches is known only after
-- looking. Redis Cluster asks for keys to be named so that it can route and check them; every key here carries the one
-- hash tag in KEYS[1] and so lies in the slot the script was routed to. Keys without that prefix are never touched.
--
-- A script checks first and writes last, since Redis undoes nothing. Its answer is JSON. An operation id makes a
-- repetition return the first answer and do nothing: a reply may be lost after the script ran.
local P = KEYS[1]
local now, NOW = tonumber(ARGV[1]), ARGV[1]   -- NOW as text: Redis would print the number anew wherever it is written
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
  NOW = string.format('%d', now)
end
local operation = ARGV[2]
local grace = tonumber(ARGV[3])
local KEEP_ANSWER_MS = 120000
local KEEP_LEFT_MS = 26 * 3600000
local EVENTS_KEPT = '50000'

if operation ~= '' then
  local first = redis.call('GET', P .. 'op:' .. operation)
  if first then return first end
end

local offers = {}   -- reservations made by this script: each needs ringing

local function answer(said)
  if #offers > 0 then said.offers = offers end
  local text = cjson.encode(said)
  if operation ~= '' then redis.call('SET', P .. 'op:' .. operation, text, 'PX', KEEP_ANSWER_MS) end
  return text
end

local function emit(type, call, data)
  redis.call('XADD', P .. 'events', 'MAXLEN', '~', EVENTS_KEPT, '*',
    'type', type, 'at_ms', NOW, 'call', call, 'data', cjson.encode(data))
end

-- Words of a text, in order: the groups of an agent, the reservations and agents of a call that rings several at once.
local function words(text)
  local found = {}
  for word in string.gmatch(text, '%S+') do found[#found + 1] = word end
  return found
end

local function has_word(text, word)
  return string.find(' ' .. text .. ' ', ' ' .. word .. ' ', 1, true) ~= nil
end

-- A hash's fields as a table; a field that isn't there is the empty string.
local function read(key, ...)
  local values, names, found = redis.call('HMGET', key, ...), {...}, {}
  for i = 1, #names do found[names[i]] = values[i] or '' end
  return found
end
