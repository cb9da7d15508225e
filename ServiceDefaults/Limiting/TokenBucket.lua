-- Tokens from each of several buckets, or none from any. KEYS: the buckets. ARGV: for each its burst, its tokens per second, and how many to take.
-- Returns: granted (0/1); whole tokens left in the emptiest; milliseconds until all have enough (when refused) or until all are full (when granted).
-- The clock is Redis's own, so that replicas with clocks of their own agree.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local levels, granted = {}, true
for i, key in ipairs(KEYS) do
  local burst, rate, wanted = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local bucket = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = tonumber(bucket[1]) or burst
  local at = tonumber(bucket[2]) or now
  levels[i] = math.min(burst, tokens + math.max(0, now - at) / 1000 * rate)
  if levels[i] < wanted then granted = false end
end

local left, after = math.huge, 0
for i, key in ipairs(KEYS) do
  local burst, rate, wanted = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  if granted then levels[i] = levels[i] - wanted end
  local untilFull = math.ceil((burst - levels[i]) / rate * 1000)
  redis.call('HSET', key, 'tokens', tostring(levels[i]), 'at', now)
  redis.call('PEXPIRE', key, untilFull + 1000)
  left = math.min(left, math.floor(levels[i]))
  after = math.max(after, granted and untilFull or math.ceil((wanted - levels[i]) / rate * 1000))
end

return { granted and 1 or 0, left, after }
