-- Marks a call ended, once.
-- KEYS: 1 session:<call>  2 captions:<call>  3 events  4 calls  5 unrecorded
-- ARGV: 1 call  2 outcome  3 at_ms  4 seconds to keep the session  5 seconds to keep the captions  6 events kept
--       7 the event's data
-- Answer: 1 the first time, else 0
redis.call('ZREM', KEYS[4], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('HSETNX', KEYS[1], 'ended_ms', ARGV[3]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'outcome', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[5])
redis.call('ZADD', KEYS[5], ARGV[3], ARGV[1])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[6], '*',
  'type', 'call.ended', 'at_ms', ARGV[3], 'call', ARGV[1], 'data', ARGV[7])
return 1
