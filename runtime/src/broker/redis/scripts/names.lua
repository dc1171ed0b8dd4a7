-- Names of keys. A stream for each lane of a subject holds the messages. Beside each
-- group's list of pending entries stand two sorted sets: `lease`, by the end of the
-- lease, and `back`, by the time at which a message that was given back is due.
local LANES = { 'any', '0', '1', '2', '3' }
local function stream_of(prefix, subject, lane) return prefix .. ':on:' .. subject .. ':' .. lane end
local function lease_of(stream, group) return stream .. ':lease:' .. group end
local function back_of(stream, group) return stream .. ':back:' .. group end
local function lasting_of(prefix, subject) return prefix .. ':groups:' .. subject end
local function brief_of(prefix, subject) return prefix .. ':brief:' .. subject end
local function delayed_of(prefix, subject) return prefix .. ':delayed:' .. subject end

-- Subjects of callers, which go with them and have no backlog.
local function is_reply(subject) return subject:sub(1, 15) == 'agentgen.reply.' end
