-- Keeps the recent messages of a room as of a head, unless those of a later head are there.
-- ARGV: 1 key, 2 epoch, 3 head, 4 seconds until it is forgotten, 5 '1' when there are none before them, else '0'; then for each message: seq, JSON.
local held = redis.call('HMGET', ARGV[1], 'epoch', 'head')
if held[1] == ARGV[2] and tonumber(held[2]) >= tonumber(ARGV[3]) then return 0 end
local messages = ARGV[1] .. ':messages'
redis.call('DEL', messages)
for i = 6, #ARGV, 2 do redis.call('ZADD', messages, ARGV[i], ARGV[i + 1]) end
redis.call('HSET', ARGV[1], 'epoch', ARGV[2], 'head', ARGV[3], 'whole', ARGV[5])
redis.call('EXPIRE', ARGV[1], ARGV[4])
redis.call('EXPIRE', messages, ARGV[4])
return 1
