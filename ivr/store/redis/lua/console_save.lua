-- Store a console session. One that was revoked between being read and being saved stays dead.
-- KEYS: console:session:<digest>, console:account:<id> (the session's own key again where nobody is signed in)
-- ARGV: exists (1: only if it is still there), seconds to live, seconds the account's list lives, created, account, role, data
-- Returns 1 where it was stored, 0 where it was gone.
local session, mine = KEYS[1], KEYS[2]
if ARGV[1] == '1' and redis.call('EXISTS', session) == 0 then
  return 0
end
redis.call('HSET', session, 'created', ARGV[4], 'account', ARGV[5], 'role', ARGV[6], 'data', ARGV[7])
redis.call('EXPIRE', session, ARGV[2])
if ARGV[5] ~= '' then
  redis.call('SADD', mine, session)
  redis.call('EXPIRE', mine, ARGV[3])
end
return 1
