-- ARGV: prefix, subject, lane, headers, body, delay, expiry (-1: none), dedupe
-- key ('': none), dedupe window, whether it is a reply (1 or 0), whether what is
-- missing is made (1 or 0). Times in ms. Returns whether it was seen before, 1 or 0; 2
-- where its stream is missing.
local prefix, subject, lane, headers, body = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local delay, expiry, dedupe, window = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8], tonumber(ARGV[9])
local stream = stream_of(prefix, subject, lane)
if ARGV[11] == '0' and ARGV[10] == '0' and redis.call('EXISTS', stream) == 0 then return 2 end
if dedupe ~= '' and window > 0 then
  local key = prefix .. ':seen:' .. subject .. ':' .. dedupe
  if not redis.call('SET', key, '1', 'NX', 'PX', window) then return 1 end
end
-- The clock is looked at where somebody asks for the time: work that is for now has none.
local now
if expiry >= 0 or delay > 0 or redis.call('EXISTS', brief_of(prefix, subject)) == 1 then
  now = now_ms(prefix)
  purge(prefix, subject, now)
end
if ARGV[10] == '1' and redis.call('ZCARD', brief_of(prefix, subject)) == 0 then return 0 end
local expires_at = ''
if expiry >= 0 then expires_at = tostring(now + expiry) end
if delay > 0 and lane == 'any' then
  local number = redis.call('INCR', prefix .. ':number')
  redis.call('HSET', delayed_of(prefix, subject) .. ':' .. number, 'h', headers, 'b', body, 'x', expires_at)
  redis.call('ZADD', delayed_of(prefix, subject), now + delay, number)
elseif delay > 0 then
  redis.call('XADD', stream, '*', 'h', headers, 'b', body, 'x', expires_at, 'd', tostring(now + delay))
else
  redis.call('XADD', stream, '*', 'h', headers, 'b', body, 'x', expires_at)
end
redis.call('PUBLISH', prefix .. ':wake:' .. subject, '')
return 0
