-- The newest session of a call, the document of its last turn, and in which line it waits, since when.
-- KEYS: 1 session:<call>
-- Answer: {blob, answer, join, join_ms}, false each where there is none; all of them for an unknown call
return redis.call('HMGET', KEYS[1], 'blob', 'answer', 'join', 'join_ms')
