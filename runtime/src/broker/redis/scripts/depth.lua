-- ARGV: prefix, subject. Returns how many messages are ready, delayed and leased,
-- over all groups.
local prefix, subject = ARGV[1], ARGV[2]
local now = now_ms(prefix, true)
purge(prefix, subject, now)
local tools, ready, leased = group_tools(), 0, 0
local delayed = redis.call('ZCARD', delayed_of(prefix, subject))
for _, lane in ipairs(LANES) do
  local stream = stream_of(prefix, subject, lane)
  local groups = tools.of(stream)
  local length = redis.call('XLEN', stream)
  if #groups == 0 then ready = ready + length end
  for _, group in ipairs(groups) do
    local handed = #redis.call('XRANGE', stream, '-', group.last)
    local held = redis.call('ZCOUNT', lease_of(stream, group.name), '(' .. now, '+inf')
    local back = redis.call('ZCOUNT', back_of(stream, group.name), '(' .. now, '+inf')
    leased, delayed = leased + held, delayed + back
    ready = ready + length - handed + group.pending - held - back
  end
end
return { ready, delayed, leased }
