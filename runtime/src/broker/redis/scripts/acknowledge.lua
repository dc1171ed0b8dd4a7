-- Acknowledges an entry, and removes it where no other group waits for it.
local function acknowledge(prefix, subject, stream, group, id)
  if redis.call('XACK', stream, group, id) == 0 or keeps_backlog(prefix, subject) then return end
  if #redis.call('XINFO', 'GROUPS', stream) > 1 and group_tools().any_waits(stream, id) then return end
  redis.call('XDEL', stream, id)
end

