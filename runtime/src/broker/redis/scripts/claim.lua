-- ARGV: prefix, subject, group, how many, lease in ms, life of an ephemeral group
-- in ms (0: lasting), whether to look for what was lost (1 or 0). Returns the ms until
-- more may be ready (-1: unknown), then for each message: lane, id, whether it was
-- delivered before, headers, body, whether it has expired, all fields where they are
-- odd.
local prefix, subject, group = ARGV[1], ARGV[2], ARGV[3]
-- A thousand at most, since a script holds up the server.
local max, lease, life = math.min(tonumber(ARGV[4]), 1000), tonumber(ARGV[5]), tonumber(ARGV[6])
local now = now_ms(prefix)
-- The first of what is returned comes to be known last.
local found, soonest = { '-1' }, nil

local function later(at)
  if at and (not soonest or at < soonest) then soonest = at end
end

local function take(lane, entry, again)
  local fields, raw = content_of(entry)
  local expires_at = time_in(fields['x'])
  local expired = expires_at and expires_at <= now
  for _, value in ipairs({ lane, entry[1], again, fields['h'] or '[]', fields['b'] or '', expired and '1' or '0', raw }) do
    found[#found + 1] = value
  end
end

-- Leases entries with these ids, each behind the end of its lease.
local function hold(stream, leases)
  if #leases == 0 then return end
  redis.call('ZADD', lease_of(stream, group), unpack(leases))
  if life > 0 then fade(subject, lease_of(stream, group)) end
end

-- When the first in a set of times is due.
local function first_in(set) return tonumber(redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')[2]) end

-- Takes from one set what is due again; returns how many.
local function take_due(lane, stream, set, count)
  local leases = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', set, '-inf', now, 'LIMIT', 0, count)) do
    local entry = redis.call('XRANGE', stream, id, id)[1]
    redis.call('ZREM', set, id)
    if entry then
      take(lane, entry, '1')
      leases[#leases + 1], leases[#leases + 2] = now + lease, id
    else
      redis.call('XACK', stream, group, id)
    end
  end
  hold(stream, leases)
  return #leases / 2
end

-- Takes what was delivered before and is due again; returns how many.
local function take_again(lane, stream, count)
  local taken = 0
  for _, set in ipairs({ back_of(stream, group), lease_of(stream, group) }) do
    local first = first_in(set)
    if first and first <= now and taken < count then
      taken = taken + take_due(lane, stream, set, count - taken)
      first = first_in(set)
    end
    later(first)
  end
  return taken
end

local function take_new(lane, stream, count)
  if count < 1 then return end
  local read = redis.call('XREADGROUP', 'GROUP', group, 'agentgen', 'COUNT', count, 'STREAMS', stream, '>')
  if not read then return end
  local leases = {}
  for _, entry in ipairs(read[1][2]) do
    take(lane, entry, '0')
    leases[#leases + 1], leases[#leases + 2] = now + lease, entry[1]
  end
  hold(stream, leases)
end

-- One at a time: nothing new while anything is pending or held back.
local function take_lane(lane, stream)
  if redis.call('XLEN', stream) == 0 then return end
  if take_again(lane, stream, 1) > 0 then return end
  if redis.call('ZCARD', back_of(stream, group)) + redis.call('ZCARD', lease_of(stream, group)) > 0 then return end
  for _, info in ipairs(group_tools().of(stream)) do
    if info.name == group then
      local head = redis.call('XRANGE', stream, '(' .. info.last, '+', 'COUNT', 1)[1]
      if not head then return end
      local fields = content_of(head)
      local due = time_in(fields['d'])
      if due and due > now then return later(due) end
      return take_new(lane, stream, 1)
    end
  end
end

-- What the group was handed and has not in hand here, another client of it or a script
-- that failed has read: it is delivered again after a lease. Fails where the group is
-- gone from a stream.
local function adopt(stream)
  local pending = tonumber(redis.call('XPENDING', stream, group)[1])
  local held, back = lease_of(stream, group), back_of(stream, group)
  if pending <= redis.call('ZCARD', held) + redis.call('ZCARD', back) then return end
  for _, one in ipairs(redis.call('XPENDING', stream, group, '-', '+', 10000)) do
    if not redis.call('ZSCORE', held, one[1]) and not redis.call('ZSCORE', back, one[1]) then
      redis.call('ZADD', held, now + lease, one[1])
    end
  end
end

if ARGV[7] == '1' then
  for _, lane in ipairs(LANES) do adopt(stream_of(prefix, subject, lane)) end
end
local delayed = delayed_of(prefix, subject)
local first = first_in(delayed)
if first and first <= now then
  for _, number in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', now, 'LIMIT', 0, 256)) do
    local fields = redis.call('HGETALL', delayed .. ':' .. number)
    redis.call('XADD', stream_of(prefix, subject, 'any'), '*', unpack(fields))
    redis.call('DEL', delayed .. ':' .. number)
    redis.call('ZREM', delayed, number)
  end
  first = first_in(delayed)
end
later(first)
if life > 0 then
  redis.call('ZADD', brief_of(prefix, subject), now + life, group)
  keep_caller(prefix, subject)
end
for _, lane in ipairs(LANES) do
  local stream = stream_of(prefix, subject, lane)
  if lane == 'any' then
    take_new(lane, stream, max - take_again(lane, stream, max))
  else
    take_lane(lane, stream)
  end
end
if soonest then found[1] = tostring(math.max(0, soonest - now)) end
return found
