-- Which entries of a stream its groups still need.

-- Whether what waits stays for the first lasting group.
local function keeps_backlog(prefix, subject)
  return not is_reply(subject) and redis.call('EXISTS', lasting_of(prefix, subject)) == 0
end

-- What has to do with several groups, which is seldom needed, and made where it is: a
-- script that runs all the time takes longer for each function that it makes.
local function group_tools()
  -- Whether one id of an entry comes after another.
  local function after(one, other)
    local a, b = one:match('^(%d+)-(%d+)$')
    local c, d = other:match('^(%d+)-(%d+)$')
    if tonumber(a) ~= tonumber(c) then return tonumber(a) > tonumber(c) end
    return tonumber(b) > tonumber(d)
  end

  local tools = {}

  -- The groups of a stream, with the last entry each was handed.
  function tools.of(stream)
    if redis.call('EXISTS', stream) == 0 then return {} end
    local groups = {}
    for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
      local group = {}
      for i = 1, #info, 2 do group[info[i]] = info[i + 1] end
      groups[#groups + 1] = { name = group['name'], last = group['last-delivered-id'], pending = group['pending'] }
    end
    return groups
  end

  -- Whether a group waits for an entry.
  function tools.waits(stream, group, id)
    if after(id, group.last) then return true end
    return #redis.call('XPENDING', stream, group.name, id, id, 1) > 0
  end

  -- Whether any does, but for the one that is done with it.
  function tools.any_waits(stream, id, done)
    for _, group in ipairs(tools.of(stream)) do
      if group.name ~= done and tools.waits(stream, group, id) then return true end
    end
    return false
  end

  function tools.destroy(prefix, subject, group)
    for _, lane in ipairs(LANES) do
      local stream = stream_of(prefix, subject, lane)
      redis.call('DEL', lease_of(stream, group), back_of(stream, group))
      if redis.call('EXISTS', stream) == 1 then
        redis.call('XGROUP', 'DESTROY', stream, group)
        if is_reply(subject) then
          redis.call('DEL', stream)
        elseif not keeps_backlog(prefix, subject) then
          for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+')) do
            if not tools.any_waits(stream, entry[1]) then redis.call('XDEL', stream, entry[1]) end
          end
        end
      end
    end
    redis.call('ZREM', brief_of(prefix, subject), group)
  end

  return tools
end
