-- Takes out what a node left behind whose lease is over, some users at a time.
-- ARGV: 1 prefix of all keys, 2 now in ms, 3 node, 4 how many users at the most.
-- Returns 1 when there may be more to do, else 0; then what settle said of each user whose presence changed.
local prefix, now, node = ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', prefix .. 'node:' .. node) == 1 then return {0} end
local users = redis.call('SPOP', prefix .. 'node:' .. node .. ':users', ARGV[4])
if #users == 0 then
  redis.call('SREM', prefix .. 'nodes', node)
  return {0}
end
local found = {1}
for _, user in ipairs(users) do
  -- The sessions go with settle, because the lease of their node is over.
  local change = settle(prefix, user, now)
  if change then found[#found + 1] = change end
end
return found
