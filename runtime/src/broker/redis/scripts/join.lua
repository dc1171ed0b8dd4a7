-- ARGV: prefix, subject, group, life of an ephemeral group in ms (0: lasting),
-- whether what is missing is made (1 or 0). Returns 1, or 0 where it is missing.
-- The first lasting group takes what waits; one that was there before and is missing,
-- with its stream or by itself, takes all that there is.
local prefix, subject, group, life = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local now = now_ms(prefix)
purge(prefix, subject, now)
local tools, lasting = group_tools(), lasting_of(prefix, subject)
local from = '$'
local known = redis.call('SISMEMBER', lasting, group) == 1
if life == 0 and (known or redis.call('SCARD', lasting) == 0) then from = '0' end
for _, lane in ipairs(LANES) do
  local stream, found = stream_of(prefix, subject, lane), false
  for _, other in ipairs(tools.of(stream)) do found = found or other.name == group end
  if not found then
    if ARGV[5] == '0' and life == 0 then return 0 end
    redis.call('XGROUP', 'CREATE', stream, group, from, 'MKSTREAM')
  end
end
if life == 0 then
  redis.call('SADD', lasting, group)
else
  redis.call('ZADD', brief_of(prefix, subject), now + life, group)
  keep_caller(prefix, subject)
end
return 1
