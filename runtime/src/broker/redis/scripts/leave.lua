-- ARGV: prefix, subject, group. Removes an ephemeral group.
group_tools().destroy(ARGV[1], ARGV[2], ARGV[3])
return 1
