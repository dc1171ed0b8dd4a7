-- ARGV: prefix, subject, group; then for each message lane, id; key, value, the revision
-- that it follows and ms of an entry to write; key and revision of one to remove ('0':
-- there is none). Acknowledges the messages. Returns for each 1, or 0 where the group does
-- not hold the message or somebody else was faster with the entry.
local prefix, subject, group = ARGV[1], ARGV[2], ARGV[3]
local entries, answers, records, ended = {}, {}, {}, {}
for i = 4, #ARGV, 8 do
  entries[#entries + 1] = entry_of(prefix, ARGV[i + 2])
  entries[#entries + 1] = entry_of(prefix, ARGV[i + 6])
end
local found = redis.call('MGET', unpack(entries))
local revision = redis.call('INCRBY', prefix .. ':revision', #entries / 2) - #entries / 2

-- What was written here has a revision that nobody can name.
local written = {}
local function finish(n, lane, id, value, follows, keep, removes)
  local result, record = entries[n - 1], entries[n]
  if written[result] or revision_in(found[n - 1]) ~= follows then return 0 end
  if redis.call('ZREM', lease_of(stream_of(prefix, subject, lane), group), id) == 0 then return 0 end
  revision = revision + 1
  set_entry(result, revision, value, keep)
  written[result] = true
  if removes ~= '0' and revision_in(found[n]) == removes then records[#records + 1] = record end
  local ids = ended[lane] or {}
  ids[#ids + 1], ended[lane] = id, ids
  return 1
end

for n = 2, #entries, 2 do
  local i = n * 4 - 4
  answers[#answers + 1] = finish(n, ARGV[i], ARGV[i + 1], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 7])
end
if records[1] then redis.call('DEL', unpack(records)) end
for lane, ids in pairs(ended) do
  acknowledge(prefix, subject, stream_of(prefix, subject, lane), group, ids)
  if lane ~= 'any' then redis.call('PUBLISH', prefix .. ':wake:' .. subject, '') end
end
return answers
