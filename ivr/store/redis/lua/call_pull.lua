-- include: _offer
-- include: _act
-- Somebody gives a waiting call to a free agent, past its place in the line. ARGV: 4 call  5 agent  6 who
-- Answer: {refused = what isn't so} | {state}
local call, agent = ARGV[4], ARGV[5]
local c = load(call)
if c.state ~= 'waiting' then return acted({refused = c.state == '' and 'unknown' or c.state}) end
local a = person(agent)
if a.state ~= 'available' then return acted({refused = 'agent_' .. (a.state ~= '' and a.state or 'offline')}) end
emit('call.pulled', call, {agent = agent, by = ARGV[6]})
unlist(agent, a)
assign(call, c, agent, a, 'pulled', 1)
return acted({state = 'offered'})
