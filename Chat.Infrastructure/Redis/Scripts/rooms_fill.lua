-- Keeps a user's rooms, if nothing has changed since they were asked for.
-- ARGV: 1 key, 2 what was put there by whoever asked, 3 the rooms with blanks between, 4 seconds until they are forgotten.
if redis.call('GET', ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('SET', ARGV[1], ARGV[3], 'EX', ARGV[4])
return 1
