-- Adds counts and seconds to the meter.
-- KEYS: meter   ARGV: field, number, field, number, ...
for i = 1, #ARGV, 2 do
  if string.find(ARGV[i], ':sum', 1, true) then
    redis.call('HINCRBYFLOAT', KEYS[1], ARGV[i], ARGV[i + 1])
  else
    redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return #ARGV / 2
