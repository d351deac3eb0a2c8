-- The sessions of one user on nodes that live.
-- ARGV: 1 prefix of all keys, 2 user. Returns session id and JSON by turns.
local living = {}
local all = redis.call('HGETALL', ARGV[1] .. 'sessions:' .. ARGV[2])
for i = 1, #all, 2 do
  if redis.call('EXISTS', ARGV[1] .. 'node:' .. cjson.decode(all[i + 1]).node) == 1 then
    living[#living + 1] = all[i]
    living[#living + 1] = all[i + 1]
  end
end
return living
