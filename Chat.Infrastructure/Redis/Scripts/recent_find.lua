-- The recent messages of a room, if they are those of its present head.
-- ARGV: 1 key, 2 epoch, 3 head, 4 seconds until it is forgotten when nobody asks again.
-- Returns nothing, or 1 when there are none before them, else 0; then the messages as JSON in ascending order.
local held = redis.call('HMGET', ARGV[1], 'epoch', 'head', 'whole')
if held[1] ~= ARGV[2] or held[2] ~= ARGV[3] then return {} end
local messages = ARGV[1] .. ':messages'
local found = redis.call('ZRANGE', messages, 0, -1)
-- A server that is short of memory may have dropped one of the two keys alone. Nothing is ever kept without messages.
if #found == 0 then
  redis.call('DEL', ARGV[1])
  return {}
end
redis.call('EXPIRE', ARGV[1], ARGV[4])
redis.call('EXPIRE', messages, ARGV[4])
table.insert(found, 1, held[3])
return found
