-- ARGV: prefix, key, value, the revision that it follows, how long it is kept in
-- ms. Returns the new revision, or 0 where somebody else was faster.
local entry = entry_of(ARGV[1], ARGV[2])
if revision_of(entry) ~= ARGV[4] then return 0 end
local revision = redis.call('INCR', ARGV[1] .. ':revision')
set_entry(entry, revision, ARGV[3], ARGV[5])
return revision
