-- include: _figures
-- What a forecast of a wait needs to know. ARGV: 4 queue  5 call, empty for one that would join now  6 its group's name
--       where there is no call  7 most agents and calls ahead looked at
-- Answer: see core's QueueFigures | {intern = true} where its group isn't ready: who serves it is not known yet
local queue, call = ARGV[4], ARGV[5]
local c = call ~= '' and load(call) or nil
if c and (c.state == '' or c.queue ~= queue) then c = nil end
local group = redis.call('HGET', P .. 'groups:ready', ARGV[6]) or ''
if not c and group == '' then return '{"intern":true}' end
return cjson.encode(figures_of(queue, c, group, tonumber(ARGV[7])))
