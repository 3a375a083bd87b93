-- Counts the events since the last fold, each once, whoever asks: calls started, joined, answered and ended, faults.
-- KEYS: events, meter   ARGV: most events to fold at once
-- Returns how many events were folded; fewer than asked for: all of them.
local events, meter = KEYS[1], KEYS[2]
local last = redis.call('HGET', meter, 'folded')
local from = '-'
if last then from = '(' .. last end
local found = redis.call('XRANGE', events, from, '+', 'COUNT', ARGV[1])
local NAMES = {
  ['call.started'] = 'calls_started', ['call.joined'] = 'calls_joined', ['call.offered'] = 'offers',
  ['call.accepted'] = 'offers_accepted', ['call.bridged'] = 'calls_bridged', ['call.left'] = 'calls_left',
  ['call.ended'] = 'calls_ended', ['fault'] = 'faults', ['flow.published'] = 'flows_published',
}
local LABELS = {['call.joined'] = 'queue', ['call.left'] = 'reason', ['call.ended'] = 'outcome', ['fault'] = 'code'}
local sums = {}
for _, entry in ipairs(found) do
  last = entry[1]
  local fields = {}
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  local name = NAMES[fields['type']]
  if name then
    local label = ''
    if LABELS[fields['type']] then
      local read, data = pcall(cjson.decode, fields['data'] or '{}')
      if read and type(data) == 'table' then label = tostring(data[LABELS[fields['type']]] or '') end
    end
    local field = 'count:' .. name .. ':' .. label
    sums[field] = (sums[field] or 0) + 1
  end
end
for field, number in pairs(sums) do redis.call('HINCRBY', meter, field, number) end
if last then redis.call('HSET', meter, 'folded', last) end
return #found
