-- include: _place
-- The rules of a call's line have changed: what it asks for is written anew, its place stays.
-- ARGV: 4 call  5 queue  then group name and ms of the wait, for each ring
-- Answer: {intern = true} (nothing was done) | {state}
local call = ARGV[4]
local c = load(call)
if c.queue ~= ARGV[5] or (c.state ~= 'waiting' and c.state ~= 'offered') then return answer({state = c.state}) end
local rings, text = rings_given(6)
if not rings then return cjson.encode({intern = true}) end
take_rings(call, c, rings, text)
return answer({state = redis.call('HGET', P .. 'call:' .. call, 'state')})
