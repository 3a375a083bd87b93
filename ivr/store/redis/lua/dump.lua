-- include: _common
-- Every key of the centre's lines with its value, at one moment. For people and tests: it reads the whole centre.
-- ARGV: 4 the prefix as a pattern. Answer: {key without prefix = hash | [set members] | {member = score} | text | length}
local OURS = {call = 1, calls = 1, unrecorded = 1, events = 1, groups = 1, group = 1, queue = 1, queues = 1, agents = 1,
  agent = 1, reservation = 1, due = 1, op = 1, callbacks = 1}
local said = {hashes = {}, sets = {}, zsets = {}, texts = {}, streams = {}}
local cursor = '0'
repeat
  local page = redis.call('SCAN', cursor, 'MATCH', ARGV[4], 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    local name = string.sub(key, #P + 1)
    local kind = OURS[string.match(name, '^[^:]+')] and redis.call('TYPE', key).ok
    if kind == 'hash' then said.hashes[name] = redis.call('HGETALL', key)
    elseif kind == 'set' then said.sets[name] = redis.call('SMEMBERS', key)
    elseif kind == 'zset' then said.zsets[name] = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    elseif kind == 'string' then said.texts[name] = redis.call('GET', key)
    elseif kind == 'stream' then said.streams[name] = redis.call('XLEN', key) end
  end
until cursor == '0'
return cjson.encode(said)
