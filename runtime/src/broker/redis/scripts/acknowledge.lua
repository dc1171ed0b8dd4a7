-- Acknowledges an entry, and removes it where no other group waits for it.
local function acknowledge(prefix, subject, stream, group, id)
  local known = redis.call('XACK', stream, group, id) == 1
  if keeps_backlog(prefix, subject) then return end
  -- A stream with one group, which is nearly every one, has this one. Where nothing was
  -- acknowledged it may be gone.
  local is_alone = known and #redis.call('XINFO', 'GROUPS', stream) == 1
  if not is_alone and group_tools().any_waits(stream, id, group) then return end
  redis.call('XDEL', stream, id)
end

