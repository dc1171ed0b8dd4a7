-- Acknowledges entries, and removes those that no other group waits for.
local function acknowledge(prefix, subject, stream, group, ids)
  local known = redis.call('XACK', stream, group, unpack(ids)) == #ids
  if keeps_backlog(prefix, subject) then return end
  -- A stream with one group, which is nearly every one, has this one. Where one was not
  -- acknowledged it may be gone.
  if known and #redis.call('XINFO', 'GROUPS', stream) == 1 then
    redis.call('XDEL', stream, unpack(ids))
    return
  end
  local tools = group_tools()
  for _, id in ipairs(ids) do
    if not tools.any_waits(stream, id, group) then redis.call('XDEL', stream, id) end
  end
end

