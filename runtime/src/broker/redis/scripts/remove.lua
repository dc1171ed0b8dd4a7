-- ARGV: prefix, key, revision. Removes an entry that nobody has written since.
local entry = entry_of(ARGV[1], ARGV[2])
if revision_of(entry) == ARGV[3] then redis.call('DEL', entry) end
return 1
