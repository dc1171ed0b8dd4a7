-- ARGV: prefix, key, revision. Removes an entry that nobody has written since.
local key = ARGV[1] .. ':ledger:' .. ARGV[2]
if redis.call('HGET', key, 'r') == ARGV[3] then redis.call('DEL', key) end
return 1
