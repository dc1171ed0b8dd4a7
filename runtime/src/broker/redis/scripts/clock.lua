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
