-- What is in an entry, whoever has added it.

-- A time that somebody has put into an entry; nil where it is none.
local function time_in(text)
  if text and #text < 16 and text:match('^%d+$') then return tonumber(text) end
end

local OURS = { h = true, b = true, x = true, d = true }

-- The fields of an entry by name; and '', or each name and value behind its length and
-- a colon where they are not all ours and as they should be.
local function content_of(entry)
  local fields, odd = {}, false
  for i = 1, #entry[2], 2 do
    fields[entry[2][i]] = entry[2][i + 1]
    odd = odd or not OURS[entry[2][i]]
  end
  local x, d = fields['x'], fields['d']
  odd = odd or not fields['b'] or (x and x ~= '' and not time_in(x)) or (d and not time_in(d))
  if not odd then return fields, '' end
  local raw = {}
  for _, part in ipairs(entry[2]) do raw[#raw + 1] = #part .. ':' .. part end
  return fields, table.concat(raw)
end

