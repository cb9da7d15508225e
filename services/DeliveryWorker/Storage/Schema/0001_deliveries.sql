-- Who wants to be told, and how.
create table endpoints (
    id              uuid primary key,
    owner_id        uuid        not null,
    url             text        not null, -- a secret: many carry a token
    events          text[]      not null, -- job.completed, job.*, *
    description     text        not null,
    secret          text        not null, -- whsec_...
    headers         text        not null, -- JSON object, sent with each delivery
    is_registered   boolean     not null, -- by its URL alone, through /api/register
    is_enabled      boolean     not null,
    disabled_reason text,
    created_at      timestamptz not null
);
create index endpoints_owner on endpoints (owner_id, created_at);
create unique index endpoints_registered on endpoints (owner_id, url) where is_registered;

-- What happened, in the very bytes that are sent and signed each time. The id is the webhook-id.
create table events (
    id           uuid primary key,
    owner_id     uuid        not null,
    type         text        not null,
    payload      bytea       not null,
    trace_parent text,
    occurred_at  timestamptz not null
);

-- One event on its way to one endpoint.
--   pending    due at next_attempt_at, unless a worker holds the lease
--   delivered  answered 2xx
--   dead       given up; can be replayed
--   held       its endpoint is disabled; kept for replay
create table deliveries (
    id              uuid primary key,
    event_id        uuid        not null references events,
    endpoint_id     uuid        not null references endpoints on delete cascade,
    status          text        not null check (status in ('pending', 'delivered', 'dead', 'held')),
    attempts        int         not null, -- begun, so that a crash in the middle counts too
    next_attempt_at timestamptz not null,
    lease_id        uuid,                 -- proves that a result comes from whoever claimed the row last
    lease_until     timestamptz,
    last_status     int,                  -- HTTP
    last_error      text,                 -- a word, where there was no answer
    completed_at    timestamptz,
    unique (event_id, endpoint_id)
);
-- Claiming walks from endpoint to endpoint and takes a few due rows of each, however many wait behind them.
create index deliveries_pending on deliveries (endpoint_id, next_attempt_at) where status = 'pending';
create index deliveries_endpoint on deliveries (endpoint_id); -- for the cascade

-- What came of each attempt.
create table attempts (
    delivery_id uuid        not null references deliveries on delete cascade,
    number      int         not null,
    started_at  timestamptz not null,
    duration_ms int         not null,
    status      int,
    error       text,
    response    bytea       not null, -- the first KB
    primary key (delivery_id, number)
);
