-- ARGV: prefix, subject, whether what is missing is made (1 or 0). Returns 1, or 0 where
-- its stream is missing.
local stream = stream_of(ARGV[1], ARGV[2], 'any')
if redis.call('EXISTS', stream) == 1 then return 1 end
if ARGV[3] == '0' then return 0 end
-- Made by an entry, it stays without one.
redis.call('XDEL', stream, redis.call('XADD', stream, '*', 'h', ''))
return 1
