-- include: _figures
-- Everything one heartbeat of a wait has to know to tell the place.
-- ARGV: 4 call  5 most agents and calls ahead looked at
-- Answer: {queue, state, figures, told = {at, position, until, since}, levels = {low, middle, high}}, values as texts;
--         {} where the call is in no line
local call = ARGV[4]
local c = load(call)
if c.state ~= 'waiting' and c.state ~= 'offered' then return '{}' end
return cjson.encode({
  queue = c.queue, state = c.state, figures = figures_of(c.queue, c, '', tonumber(ARGV[5])),
  told = read(P .. 'told:' .. call, 'at', 'position', 'until', 'since'),
  levels = read(P .. 'waits:' .. c.queue, 'low', 'middle', 'high'),
})
