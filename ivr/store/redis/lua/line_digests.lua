-- include: _common
-- By which rules lines are kept now. ARGV: 4... queues. Answer: {digests}, in their order, the empty string for none
local digests = {}
for i = 4, #ARGV do digests[i - 3] = redis.call('HGET', P .. 'queue:' .. ARGV[i], 'digest') or '' end
return cjson.encode({digests = digests})
