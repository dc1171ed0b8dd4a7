-- ARGV: prefix, subject, lane, the id to begin after, how many. Returns for each
-- message: id, headers, body, all fields where they are odd, and how many names of
-- groups that wait for it follow; '' where there is no group.
local stream = stream_of(ARGV[1], ARGV[2], ARGV[3])
local found = {}
local tools = group_tools()
local groups = tools.of(stream)
for _, entry in ipairs(redis.call('XRANGE', stream, '(' .. ARGV[4], '+', 'COUNT', ARGV[5])) do
  local fields, raw = content_of(entry)
  local names = {}
  for _, group in ipairs(groups) do
    if tools.waits(stream, group, entry[1]) then names[#names + 1] = group.name end
  end
  if #groups == 0 then names[1] = '' end
  for _, value in ipairs({ entry[1], fields['h'] or '[]', fields['b'] or '', raw, tostring(#names) }) do
    found[#found + 1] = value
  end
  for _, name in ipairs(names) do found[#found + 1] = name end
end
return found
