-- Removes the ephemeral groups whose consumers are gone; `look` leaves the clock alone.
local function purge(prefix, subject, look)
  local brief = brief_of(prefix, subject)
  if redis.call('EXISTS', brief) == 0 then return end
  for _, group in ipairs(redis.call('ZRANGEBYSCORE', brief, '-inf', now_ms(prefix, look))) do
    group_tools().destroy(prefix, subject, group)
  end
end

