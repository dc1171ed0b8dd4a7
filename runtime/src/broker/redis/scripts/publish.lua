-- ARGV: prefix, dedupe window, whether what is missing is made (1 or 0); then for each
-- message subject, lane, headers, body, delay, expiry (-1: none), dedupe key ('': none).
-- Times in ms. Returns for each whether it was seen before, 1 or 0; 2 where its stream is
-- missing; why it is not stored, where that is something else.
local prefix, window, makes = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local known, changed, answers, now = {}, {}, {}, nil

local function told(why) return type(why) == 'table' and why.err or tostring(why) end

-- The clock is looked at where somebody asks for the time: work that is for now has none.
local function time()
  now = now or now_ms(prefix)
  return now
end

-- What is to be known of a subject, once for all its messages.
local function look(subject)
  local found = { reply = is_reply(subject), gone = false }
  if redis.call('EXISTS', brief_of(prefix, subject)) == 1 then
    purge(prefix, subject, time())
    found.gone = redis.call('ZCARD', brief_of(prefix, subject)) == 0
  else
    found.gone = true
  end
  known[subject] = found
  return found
end

local function store(subject, lane, headers, body, delay, expiry)
  local stream, expires_at = stream_of(prefix, subject, lane), ''
  if expiry >= 0 then expires_at = tostring(time() + expiry) end
  if delay <= 0 then
    redis.call('XADD', stream, '*', 'h', headers, 'b', body, 'x', expires_at)
  elseif lane == 'any' then
    local number, delayed = redis.call('INCR', prefix .. ':number'), delayed_of(prefix, subject)
    redis.call('HSET', delayed .. ':' .. number, 'h', headers, 'b', body, 'x', expires_at)
    redis.call('ZADD', delayed, time() + delay, number)
  else
    redis.call('XADD', stream, '*', 'h', headers, 'b', body, 'x', expires_at, 'd', tostring(time() + delay))
  end
  changed[subject] = true
end

local function publish(subject, lane, headers, body, delay, expiry, dedupe)
  local about = known[subject] or look(subject)
  if not makes and not about.reply and redis.call('EXISTS', stream_of(prefix, subject, lane)) == 0 then return 2 end
  local seen
  if dedupe ~= '' and window > 0 then
    seen = prefix .. ':seen:' .. subject .. ':' .. dedupe
    if not redis.call('SET', seen, '1', 'NX', 'PX', window) then return 1 end
  end
  -- Nobody waits for a reply whose caller is gone.
  if about.reply and about.gone then return 0 end
  local stored, why = pcall(store, subject, lane, headers, body, tonumber(delay), tonumber(expiry))
  if stored then return 0 end
  -- Sent again, it is not taken for a second one.
  if seen then redis.call('DEL', seen) end
  return told(why)
end

for i = 4, #ARGV, 7 do
  local answered, answer = pcall(publish, unpack(ARGV, i, i + 6))
  answers[#answers + 1] = answered and answer or told(answer)
end
for subject in pairs(changed) do redis.call('PUBLISH', prefix .. ':wake:' .. subject, '') end
return answers
