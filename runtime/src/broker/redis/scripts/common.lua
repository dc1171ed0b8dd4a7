-- What the other scripts share: names of keys, the server's time, and which
-- entries of a stream its groups still need.
--
-- A stream for each lane of a subject holds the messages. Beside each group's
-- list of pending entries stand two sorted sets: `lease`, by the end of the
-- lease, and `back`, by the time at which a message that was given back is due.
local LANES = { 'any', '0', '1', '2', '3' }

-- The server's wall clock, but for its jumps back: where it has jumped, time goes
-- on from the latest that was written down. `look` only reads.
local function now_ms(prefix, look)
  local time = redis.call('TIME')
  local wall = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local known = redis.call('HMGET', prefix .. ':clock', 'wall', 'behind')
  local last, behind = tonumber(known[1] or 0), tonumber(known[2] or 0)
  if wall < last then behind = behind + last - wall end
  if wall ~= last and not look then
    redis.call('HSET', prefix .. ':clock', 'wall', wall, 'behind', behind)
  end
  return wall + behind
end

local function stream_of(prefix, subject, lane) return prefix .. ':on:' .. subject .. ':' .. lane end
local function lease_of(stream, group) return stream .. ':lease:' .. group end
local function back_of(stream, group) return stream .. ':back:' .. group end
local function lasting_of(prefix, subject) return prefix .. ':groups:' .. subject end
local function brief_of(prefix, subject) return prefix .. ':brief:' .. subject end
local function delayed_of(prefix, subject) return prefix .. ':delayed:' .. subject end

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

-- Subjects of callers, which go with them and have no backlog.
local function is_reply(subject) return subject:sub(1, 15) == 'agentgen.reply.' end

local function keeps_backlog(prefix, subject)
  return not is_reply(subject) and redis.call('EXISTS', lasting_of(prefix, subject)) == 0
end

-- Removes an entry that no group waits for any more. What waits for the first
-- lasting group stays.
local function drop_if_done(prefix, subject, stream, id)
  if keeps_backlog(prefix, subject) then return end
  for _, group in ipairs(groups_of(stream)) do
    if waits(stream, group, id) then return end
  end
  redis.call('XDEL', stream, id)
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
