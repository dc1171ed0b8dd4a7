-- Removes the ephemeral groups whose consumers are gone.
local function purge(prefix, subject, now)
  for _, group in ipairs(redis.call('ZRANGEBYSCORE', brief_of(prefix, subject), '-inf', now)) do
    group_tools().destroy(prefix, subject, group)
  end
end

