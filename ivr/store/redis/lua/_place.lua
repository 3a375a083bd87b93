-- include: _offer
-- include: _groups
-- A waiting or offered call takes other rings: of its own line, whose rules changed, or of another it is moved to.

-- Its place stays. `c` is as loaded and kept up to date.
local function take_rings(call, c, rings, text)
  local key = P .. 'call:' .. call
  if c.state == 'waiting' then line_remove(call, c) end
  local ring = open_ring(rings, 1, now - c.start)
  c.rings, c.ring, c.group = text, ring, rings[ring][1]
  redis.call('HDEL', key, 'rings', 'ring')
  redis.call('HSET', key, 'group', c.group, 'queue', c.queue)
  if text ~= '' then redis.call('HSET', key, 'rings', text, 'ring', ring) end
  if ring < #rings then
    redis.call('ZADD', P .. 'due', c.start + rings[ring + 1][2], 'ring:' .. call)
  else
    redis.call('ZREM', P .. 'due', 'ring:' .. call)
  end
  emit('call.ring_opened', call, {queue = c.queue, ring = ring, rings = #rings, why = 'rules',
    wanted = redis.call('HGET', P .. 'groups:names', c.group) or ''})
  if c.state == 'waiting' then
    line_add(call, c)
    match_call(call, c)
  end
end
