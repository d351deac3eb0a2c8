-- The recent messages of a room, if they are those of its present head.
-- ARGV: 1 key, 2 epoch, 3 head, 4 seconds until it is forgotten when nobody asks again.
-- Returns nothing, or 1 when there are none before them, else 0; then the messages as JSON in ascending order.
local held = redis.call('HMGET', ARGV[1], 'epoch', 'head', 'whole')
if held[1] ~= ARGV[2] or held[2] ~= ARGV[3] then return {} end
redis.call('EXPIRE', ARGV[1], ARGV[4])
redis.call('EXPIRE', ARGV[1] .. ':messages', ARGV[4])
local found = redis.call('ZRANGE', ARGV[1] .. ':messages', 0, -1)
table.insert(found, 1, held[3])
return found
