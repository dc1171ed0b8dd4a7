-- Which entries of a stream its groups still need.

-- Whether one id of an entry comes after another.
local function after(one, other)
  local a, b = one:match('^(%d+)-(%d+)$')
  local c, d = other:match('^(%d+)-(%d+)$')
  if tonumber(a) ~= tonumber(c) then return tonumber(a) > tonumber(c) end
  return tonumber(b) > tonumber(d)
end

-- The groups of a stream, with the last entry each was handed.
local function groups_of(stream)
  if redis.call('EXISTS', stream) == 0 then return {} end
  local groups = {}
  for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local group = {}
    for i = 1, #info, 2 do group[info[i]] = info[i + 1] end
    groups[#groups + 1] = { name = group['name'], last = group['last-delivered-id'], pending = group['pending'] }
  end
  return groups
end

local function waits(stream, group, id)
  if after(id, group.last) then return true end
  return #redis.call('XPENDING', stream, group.name, id, id, 1) > 0
end

local function keeps_backlog(prefix, subject)
  return not is_reply(subject) and redis.call('EXISTS', lasting_of(prefix, subject)) == 0
end

-- Removes an entry that no group waits for any more; `done` has just acknowledged it.
-- What waits for the first lasting group stays.
local function drop_if_done(prefix, subject, stream, id, done)
  if keeps_backlog(prefix, subject) then return end
  for _, group in ipairs(groups_of(stream)) do
    if group.name ~= done and waits(stream, group, id) then return end
  end
  redis.call('XDEL', stream, id)
end

local function acknowledge(prefix, subject, stream, group, id)
  redis.call('XACK', stream, group, id)
  drop_if_done(prefix, subject, stream, id, group)
end

local function destroy(prefix, subject, group)
  for _, lane in ipairs(LANES) do
    local stream = stream_of(prefix, subject, lane)
    redis.call('DEL', lease_of(stream, group), back_of(stream, group))
    if redis.call('EXISTS', stream) == 1 then
      redis.call('XGROUP', 'DESTROY', stream, group)
      if is_reply(subject) then
        redis.call('DEL', stream)
      else
        for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+')) do
          drop_if_done(prefix, subject, stream, entry[1])
        end
      end
    end
  end
  redis.call('ZREM', brief_of(prefix, subject), group)
end

-- Removes the ephemeral groups whose consumers are gone.
local function purge(prefix, subject, now)
  for _, group in ipairs(redis.call('ZRANGEBYSCORE', brief_of(prefix, subject), '-inf', now)) do
    destroy(prefix, subject, group)
  end
end
