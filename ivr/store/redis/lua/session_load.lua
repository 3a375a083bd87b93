-- The newest session of a call and the document of its last turn.
-- KEYS: 1 session:<call>
-- Answer: {blob, answer}, both false for an unknown call
return redis.call('HMGET', KEYS[1], 'blob', 'answer')
