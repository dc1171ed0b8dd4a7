-- ARGV: prefix, subject, group, lane, id, what ('ack', 'back' or 'extend'), ms.
-- Returns 1, or 0 where the group does not hold the message.
local prefix, subject, group, lane, id, what = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local stream = stream_of(prefix, subject, lane)
local lease, back = lease_of(stream, group), back_of(stream, group)
if not redis.call('ZSCORE', lease, id) then return 0 end
local function until_ms() return now_ms(prefix) + tonumber(ARGV[7]) end
if what == 'extend' then
  redis.call('ZADD', lease, until_ms(), id)
  return 1
end
redis.call('ZREM', lease, id)
if what == 'back' then
  redis.call('ZADD', back, until_ms(), id)
  fade(subject, back)
else
  acknowledge(prefix, subject, stream, group, { id })
end
if what == 'back' or lane ~= 'any' then redis.call('PUBLISH', prefix .. ':wake:' .. subject, '') end
return 1
