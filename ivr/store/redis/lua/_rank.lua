-- include: _common
-- An agent's rank in a group, by the group's strategy, which the first letter of its id tells: the numbers of
-- core/routing/strategies.py. `a` are the agent's fields, `at` is when they became available, `skilled` the sum of their
-- levels in what the group asks for.
local IDLE_SPAN = 10000000000

local function rank(letter, a, at, skilled)
  local idle = math.floor(at / 1000)
  if letter == 'F' then return (tonumber(a.calls) or 0) * IDLE_SPAN + idle end
  if letter == 'R' then return tonumber(a.offered) or 0 end
  if letter == 'M' then return -skilled * IDLE_SPAN + idle end
  if letter == 'S' then return skilled * IDLE_SPAN + idle end
  if letter == 'B' then
    local logged_in = math.max(1, at - (tonumber(a.login) or 0))
    return math.min(1000, math.floor(1000 * (tonumber(a.busy) or 0) / logged_in)) * IDLE_SPAN + idle
  end
  return at
end
