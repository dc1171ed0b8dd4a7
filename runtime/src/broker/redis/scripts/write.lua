-- ARGV: prefix, key, value, the revision that it follows, how long it is kept in
-- ms. Returns the new revision, or 0 where somebody else was faster.
local key = ARGV[1] .. ':ledger:' .. ARGV[2]
if (redis.call('HGET', key, 'r') or '0') ~= ARGV[4] then return 0 end
local revision = redis.call('INCR', ARGV[1] .. ':revision')
redis.call('HSET', key, 'v', ARGV[3], 'r', revision)
redis.call('PEXPIRE', key, ARGV[5])
return revision
