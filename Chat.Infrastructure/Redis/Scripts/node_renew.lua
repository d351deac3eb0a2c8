-- Renews a node's lease.
-- ARGV: 1 prefix of all keys, 2 node, 3 how long the lease lasts in ms.
-- Returns 1 when there was a lease to renew, else 0; then the nodes whose lease is over and that have not been buried.
local prefix, node = ARGV[1], ARGV[2]
local found = {redis.call('EXISTS', prefix .. 'node:' .. node)}
redis.call('SET', prefix .. 'node:' .. node, '1', 'PX', ARGV[3])
redis.call('SADD', prefix .. 'nodes', node)
for _, other in ipairs(redis.call('SMEMBERS', prefix .. 'nodes')) do
  if redis.call('EXISTS', prefix .. 'node:' .. other) == 0 then found[#found + 1] = other end
end
return found
