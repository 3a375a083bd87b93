-- Counts the events since the last fold, each once, whoever asks: calls started, joined, answered and ended, callbacks,
-- faults.
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
  ['callback.booked'] = 'callbacks_booked', ['callback.due'] = 'callbacks_due', ['callback.missed'] = 'callbacks_missed',
}
local LABELS = {['call.joined'] = 'queue', ['call.left'] = 'reason', ['call.ended'] = 'outcome', ['fault'] = 'code',
  ['callback.booked'] = 'queue', ['callback.due'] = 'queue', ['callback.missed'] = 'queue'}
-- Of a callback that leaves its line without a talk: the last try that reached nobody is told by that alone.
local GIVEN_UP = {expired = {'callbacks_given_up'}, refused = {'callbacks_given_up'},
  unreached = {'callbacks_given_up', 'callbacks_missed'}}
local sums = {}
local function count(name, label)
  local field = 'count:' .. name .. ':' .. label
  sums[field] = (sums[field] or 0) + 1
end
for _, entry in ipairs(found) do
  last = entry[1]
  local fields = {}
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  local name = NAMES[fields['type']]
  if name then
    local label, data = '', {}
    if LABELS[fields['type']] then
      local read, found = pcall(cjson.decode, fields['data'] or '{}')
      if read and type(found) == 'table' then data = found end
      label = tostring(data[LABELS[fields['type']]] or '')
    end
    count(name, label)
    if fields['type'] == 'call.left' and string.sub(fields['call'] or '', 1, 2) == 'CB' then
      for _, more in ipairs(GIVEN_UP[label] or {}) do count(more, tostring(data.queue or '')) end
    end
  end
end
for field, number in pairs(sums) do redis.call('HINCRBY', meter, field, number) end
if last then redis.call('HSET', meter, 'folded', last) end
return #found
