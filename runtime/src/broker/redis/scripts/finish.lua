-- ARGV: prefix, subject, group, lane, id; key, value, the revision that it follows and ms
-- of an entry to write; key and revision of one to remove ('0': there is none).
-- Acknowledges the message. Returns 1, or 0 where the group does not hold the message or
-- somebody else was faster with the entry.
local prefix, subject, group, lane, id = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local stream, result, record = stream_of(prefix, subject, lane), entry_of(prefix, ARGV[6]), entry_of(prefix, ARGV[10])
local found = redis.call('MGET', result, record)
if revision_in(found[1]) ~= ARGV[8] then return 0 end
if redis.call('ZREM', lease_of(stream, group), id) == 0 then return 0 end
set_entry(result, redis.call('INCR', prefix .. ':revision'), ARGV[7], ARGV[9])
if ARGV[11] ~= '0' and revision_in(found[2]) == ARGV[11] then redis.call('DEL', record) end
acknowledge(prefix, subject, stream, group, id)
if lane ~= 'any' then redis.call('PUBLISH', prefix .. ':wake:' .. subject, '') end
return 1
