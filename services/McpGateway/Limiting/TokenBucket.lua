-- One token bucket. KEYS[1]: the bucket. ARGV: burst, tokens per second.
-- Returns: granted (0/1), whole tokens left, milliseconds until the next token (when refused) or until full (when granted).
-- The clock is Redis's own, so that replicas with clocks of their own agree.
local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1]) or burst
local at = tonumber(bucket[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) / 1000 * rate)

local granted = tokens >= 1
if granted then tokens = tokens - 1 end

local untilFull = math.ceil((burst - tokens) / rate * 1000)
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', now)
redis.call('PEXPIRE', KEYS[1], untilFull + 1000)

if granted then return { 1, math.floor(tokens), untilFull } end
return { 0, 0, math.ceil((1 - tokens) / rate * 1000) }
