-- include: _common
-- The skill groups a call asks for, by name, in the order of its rings.

-- They are asked for now: `group_forget` leaves them for as long as a call may go by their ids.
local function used(groups)
  local fields = {}
  for i, group in ipairs(groups) do fields[2 * i - 1], fields[2 * i] = group, NOW end
  redis.call('HSET', P .. 'groups:used', unpack(fields))
end

-- Names of groups and ms of the wait from which each is open, from ARGV, from `from` on: as {{group, after}, ...}, as the
-- text a call keeps (empty for a single one) and the names. Nil where a group isn't ready.
local function rings_given(from)
  local names = {}
  for i = from, #ARGV, 2 do names[#names + 1] = ARGV[i] end
  local groups = redis.call('HMGET', P .. 'groups:ready', unpack(names))
  local rings, text = {}, {}
  for i, group in ipairs(groups) do
    if not group then return nil end
    local after = ARGV[from - 1 + 2 * i]
    rings[i], text[i] = {group, tonumber(after)}, group .. ':' .. after
  end
  used(groups)
  return rings, #rings > 1 and table.concat(text, ' ') or '', names
end
