-- ARGV: prefix; then for each pair of entries twice key, value, the revision that it
-- follows, how long it is kept in ms. Returns for each pair the second of its new
-- revisions, which stand next to each other; 0 where nothing of it was written, since
-- somebody else was faster with one of them.
local prefix, entries, written, revisions = ARGV[1], {}, {}, {}
local all_new = true
for i = 2, #ARGV, 4 do
  entries[#entries + 1] = entry_of(prefix, ARGV[i])
  all_new = all_new and ARGV[i + 2] == '0'
end
-- Nearly always, and cheaper than to read them.
all_new = all_new and redis.call('EXISTS', unpack(entries)) == 0

-- What was written here has a revision that nobody can name.
local function follows(entry, revision)
  return not written[entry] and (all_new or revision_of(entry) == revision)
end

local revision = redis.call('INCRBY', prefix .. ':revision', #entries) - #entries
for i = 1, #entries, 2 do
  local first, second, at = entries[i], entries[i + 1], i * 4 - 2
  revision = revision + 2
  if follows(first, ARGV[at + 2]) and follows(second, ARGV[at + 6]) then
    set_entry(first, revision - 1, ARGV[at + 1], ARGV[at + 3])
    set_entry(second, revision, ARGV[at + 5], ARGV[at + 7])
    written[first], written[second] = true, true
    revisions[#revisions + 1] = revision
  else
    revisions[#revisions + 1] = 0
  end
end
return revisions
