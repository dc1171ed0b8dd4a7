-- The keys of callers. A killed one removes none: they expire, some time after its last
-- sign, in ms.
local CALLER = 180000

-- Has a key go with its caller.
local function fade(subject, key)
  if is_reply(subject) then redis.call('PEXPIRE', key, CALLER) end
end

-- Notes a sign of a caller. Its streams outlive its group, so that none is made anew
-- without one.
local function keep_caller(prefix, subject)
  local brief = brief_of(prefix, subject)
  if not is_reply(subject) or redis.call('PTTL', brief) > CALLER / 2 then return end
  redis.call('PEXPIRE', brief, CALLER)
  for _, lane in ipairs(LANES) do redis.call('PEXPIRE', stream_of(prefix, subject, lane), CALLER * 2) end
end

