-- include: _common
-- The answer of an act of people: their programs repeat it for as long as a day.
local KEEP_ACT_MS = 24 * 3600000
local function acted(said)
  local text = answer(said)
  if operation ~= '' then redis.call('PEXPIRE', P .. 'op:' .. operation, KEEP_ACT_MS) end
  return text
end
