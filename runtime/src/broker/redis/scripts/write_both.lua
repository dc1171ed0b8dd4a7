-- ARGV: prefix; then twice key, value, the revision that it follows, how long it is
-- kept in ms. Returns the new revisions, or nothing where somebody else was faster with
-- one of them.
local first, second = entry_of(ARGV[1], ARGV[2]), entry_of(ARGV[1], ARGV[6])
if ARGV[4] == '0' and ARGV[8] == '0' then
  -- Nearly always, and cheaper than to read them.
  if redis.call('EXISTS', first, second) > 0 then return {} end
elseif revision_of(first) ~= ARGV[4] or revision_of(second) ~= ARGV[8] then
  return {}
end
local revision = redis.call('INCRBY', ARGV[1] .. ':revision', 2)
set_entry(first, revision - 1, ARGV[3], ARGV[5])
set_entry(second, revision, ARGV[7], ARGV[9])
return { revision - 1, revision }
