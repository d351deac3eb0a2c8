-- Stands in front of the scripts that change sessions.

-- Whoever has gone is remembered for 30 days.
local remembered = 2592000

-- Takes out the user's sessions on nodes whose lease is over, and tells how present the others make the user.
local function state_of(prefix, user)
  local key = prefix .. 'sessions:' .. user
  local state = 'offline'
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local session = cjson.decode(all[i + 1])
    if redis.call('EXISTS', prefix .. 'node:' .. session.node) == 0 then
      redis.call('HDEL', key, all[i])
    elseif session.state == 'online' then
      state = 'online'
    elseif state == 'offline' then
      state = 'away'
    end
  end
  return state
end

-- Notes how present the user is now. Returns {user, state, last seen in ms or ''} when that is another than before, else nil.
local function settle(prefix, user, now)
  local key = prefix .. 'presence:' .. user
  local before = redis.call('HGET', key, 'state') or 'offline'
  local state = state_of(prefix, user)
  if state == before then return nil end
  redis.call('HSET', key, 'state', state)
  if before == 'online' then redis.call('HSET', key, 'seen', now) end
  if state == 'offline' then redis.call('EXPIRE', key, remembered) else redis.call('PERSIST', key) end
  local seen = redis.call('HGET', key, 'seen')
  if state == 'online' or not seen then seen = '' end
  return {user, state, seen}
end

