-- ARGV: prefix, key, revision. Removes an entry that nobody has written since.
remove_entry(entry_of(ARGV[1], ARGV[2]), ARGV[3])
return 1
