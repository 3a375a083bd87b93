-- include: _figures
-- Everything one heartbeat of a wait has to know to tell the place. The figures are not for every heartbeat: they are
-- left out for a while after they were last given, but where what was told is no longer true.
-- ARGV: 4 call  5 most agents, groups and calls ahead looked at  6 ms after which figures are given again
--       7 ms to keep when that was
-- Answer: {queue, state, figures, told = {at, position, until, since, breach}, levels = {low0, middle0, high0,
--         low1, ...}}, values as texts; {} where the call is in no line
local call, key = ARGV[4], P .. 'told:' .. ARGV[4]
local c = load(call)
if c.state ~= 'waiting' and c.state ~= 'offered' then return '{}' end
local told = read(key, 'at', 'position', 'until', 'since', 'breach', 'looked', 'line')
-- A place is one in a line: whoever has come into another is told theirs at once. What was said of the wait still counts.
local elsewhere = told.line ~= '' and told.line ~= c.queue
if elsewhere then
  told.at, told.position = '0', '0'
  redis.call('HSET', key, 'at', told.at, 'position', told.position, 'line', c.queue)
end
local said = {queue = c.queue, state = c.state, told = told}
local late = (tonumber(told['until']) or 0) > 0 and now >= tonumber(told['until'])
if c.state == 'waiting' and (late or elsewhere or now - (tonumber(told.looked) or -math.huge) >= tonumber(ARGV[6])) then
  said.figures = figures_of(c.queue, c, '', tonumber(ARGV[5]))
  said.levels = read(P .. 'waits:' .. c.queue, 'low0', 'middle0', 'high0', 'low1', 'middle1', 'high1',
    'low2', 'middle2', 'high2')
  redis.call('HSET', key, 'looked', now)
  redis.call('PEXPIRE', key, ARGV[7])
end
return cjson.encode(said)
