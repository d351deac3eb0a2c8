-- Moves what is kept of a room on by consecutive events. Whoever comes late changes nothing. Whoever comes before his turn takes away what is kept, which would fit no head
-- any more, and might say what was deleted meanwhile: it is read anew.
-- ARGV: 1 key, 2 the number before the first event, 3 that of the last, 4 how many messages are kept; then for each message that was made or changed: seq, JSON as it is now.
local head = redis.call('HGET', ARGV[1], 'head')
local messages = ARGV[1] .. ':messages'
-- A server that is short of memory may have dropped one of the two keys alone. Nothing is ever kept without messages.
if not head or tonumber(head) < tonumber(ARGV[2]) or redis.call('EXISTS', messages) == 0 then
  redis.call('DEL', ARGV[1], messages)
  return 0
end
if head ~= ARGV[2] then return 0 end
local oldest = redis.call('ZRANGE', messages, 0, 0, 'WITHSCORES')
local whole = redis.call('HGET', ARGV[1], 'whole') == '1'
for i = 5, #ARGV, 2 do
  -- One that is older than what is kept stays out.
  if whole or tonumber(ARGV[i]) >= tonumber(oldest[2]) then
    redis.call('ZREMRANGEBYSCORE', messages, ARGV[i], ARGV[i])
    redis.call('ZADD', messages, ARGV[i], ARGV[i + 1])
  end
end
if redis.call('ZREMRANGEBYRANK', messages, 0, -1 - tonumber(ARGV[4])) > 0 then redis.call('HSET', ARGV[1], 'whole', '0') end
redis.call('HSET', ARGV[1], 'head', ARGV[3])
-- What is made by an event lasts no longer than what was there.
redis.call('PEXPIRE', messages, redis.call('PTTL', ARGV[1]))
return 1
