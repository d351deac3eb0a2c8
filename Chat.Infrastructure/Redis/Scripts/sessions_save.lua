-- Enters sessions of one node, or takes them out.
-- ARGV: 1 prefix of all keys, 2 now in ms, 3 node; then for each session: user, session id, the session as JSON or '' when it is over.
-- Returns what settle said of each user whose presence changed.
local prefix, now, node = ARGV[1], ARGV[2], ARGV[3]
local users, seen = {}, {}
for i = 4, #ARGV, 3 do
  local user, id, json = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local key = prefix .. 'sessions:' .. user
  if json == '' then redis.call('HDEL', key, id) else redis.call('HSET', key, id, json) end
  if not seen[user] then
    seen[user] = true
    users[#users + 1] = user
  end
end
local changes = {}
for _, user in ipairs(users) do
  local here = false
  for _, json in ipairs(redis.call('HVALS', prefix .. 'sessions:' .. user)) do
    if cjson.decode(json).node == node then here = true end
  end
  redis.call(here and 'SADD' or 'SREM', prefix .. 'node:' .. node .. ':users', user)
  local change = settle(prefix, user, now)
  if change then changes[#changes + 1] = change end
end
return changes
