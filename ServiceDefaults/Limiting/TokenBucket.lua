-- Tokens from each of several buckets, or none from any; and with the tokens, if it is asked for, a mark nobody has.
-- KEYS: the buckets, and the mark. ARGV: for each bucket its burst, its tokens per second, and how many to take; for the mark its value and its milliseconds.
-- Returns: granted (0/1); whole tokens left in the emptiest; milliseconds until all have enough (when refused) or until all are full (when granted);
-- the mark's value, if somebody has it.
-- A bucket is the moment at which it will be full, in milliseconds; without one it is full. The clock is Redis's own, so that replicas with clocks of
-- their own agree.
local count = math.floor(#ARGV / 3)
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local Hair = 0.000001 -- what is lost in writing a moment down

local fullAt = count > 0 and redis.call('MGET', unpack(KEYS, 1, count)) or {}
local levels, granted = {}, true
for i = 1, count do
  local burst, rate, wanted = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local missing = math.max(0, (tonumber(fullAt[i]) or now) - now) / 1000 * rate
  levels[i] = math.max(0, burst - missing)
  if levels[i] + Hair < wanted then granted = false end
end

local left, after = count > 0 and math.huge or 0, 0
for i = 1, count do
  local burst, rate, wanted = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  if granted then
    levels[i] = levels[i] - wanted
    local untilFull = math.max(0, burst - levels[i]) / rate * 1000
    redis.call('SET', KEYS[i], string.format('%.4f', now + untilFull), 'PX', math.ceil(untilFull) + 1)
    after = math.max(after, math.ceil(untilFull))
  else
    after = math.max(after, math.ceil((wanted - levels[i]) / rate * 1000))
  end
  left = math.min(left, math.floor(levels[i] + Hair))
end

local found = false
if granted and #KEYS > count and not redis.call('SET', KEYS[count + 1], ARGV[3 * count + 1], 'PX', ARGV[3 * count + 2], 'NX') then
  found = redis.call('GET', KEYS[count + 1])
end

return { granted and 1 or 0, left, after, found }
