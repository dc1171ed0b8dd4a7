-- The entries of the ledger: texts, with the revision before a colon and the value
-- behind it.
local function entry_of(prefix, key) return prefix .. ':ledger:' .. key end

-- '0' where there is no entry.
local function revision_in(text) return text and text:match('^%d+') or '0' end

local function revision_of(entry) return revision_in(redis.call('GETRANGE', entry, 0, 19)) end

local function set_entry(entry, revision, value, ms)
  redis.call('SET', entry, revision .. ':' .. value, 'PX', ms)
end

