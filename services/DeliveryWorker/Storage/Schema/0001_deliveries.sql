-- A UUID of version 7: ids sort by time, so that the newest rows of an index lie together and paging needs no column of its own.
create function uuid_v7(moment timestamptz) returns uuid language sql volatile as $$
    select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from moment) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- Who wants to be told, and how. "Sealed" is ciphertext: see Endpoints/Seal.cs.
create table endpoints (
    id                    uuid primary key,
    owner_id              uuid        not null,
    url                   text        not null, -- many carry a token: never logged
    events                text[]      not null, -- job.completed, job.*, *
    description           text        not null,
    secret                text        not null, -- sealed whsec_...
    previous_secret       text,                 -- sealed; signs beside the secret until it expires
    previous_secret_until timestamptz,
    headers               text        not null, -- sealed JSON object, sent with each delivery
    rate_limit            int,                  -- attempts a second; null: no limit
    version               int         not null default 1, -- one more with every change a sender must know of
    is_registered         boolean     not null, -- by its URL alone, through /api/register
    is_enabled            boolean     not null,
    disabled_reason       text,                 -- owner, gone, failing, unconfigured
    failing_since         timestamptz,          -- no attempt has succeeded since
    failed_attempts       int         not null default 0, -- since then
    created_at            timestamptz not null,
    deleted_at            timestamptz           -- emptied at once; its deliveries go in small batches, then the row
);
create index endpoints_owner on endpoints (owner_id, created_at);
create unique index endpoints_registered on endpoints (owner_id, url) where is_registered and deleted_at is null;
create index endpoints_deleted on endpoints (deleted_at) where deleted_at is not null;

-- What happened, in the very bytes that are sent and signed each time. The id is the webhook-id.
create table events (
    id           uuid primary key,
    owner_id     uuid        not null,
    type         text        not null,
    payload      bytea       not null,
    content_type text        not null,
    trace_parent text,
    occurred_at  timestamptz not null
);

-- One event on its way to one endpoint.
--   pending    due at next_attempt_at, unless a worker holds the lease
--   delivered  answered 2xx
--   dead       given up; can be replayed
--   held       its endpoint is disabled; kept for replay
-- No foreign keys: each delivery would lock its endpoint's row, which is everyone's. An event comes with its deliveries in one statement, and
-- the cleaner takes events and endpoints away when no delivery is left, endpoints long after the last one can have been planned.
create table deliveries (
    id              uuid primary key,          -- version 7, of the moment it was planned
    event_id        uuid        not null,
    endpoint_id     uuid        not null,
    status          text        not null check (status in ('pending', 'delivered', 'dead', 'held')),
    is_retry        boolean     not null default false, -- its lane: has failed or is replayed, so that first attempts go first
    attempts        int         not null,      -- begun, so that a crash in the middle counts too
    attempts_before int         not null default 0, -- made before it was last replayed: the schedule starts anew there
    next_attempt_at timestamptz not null,
    lease_id        uuid,                      -- proves that a result comes from whoever claimed the row last
    lease_until     timestamptz,
    last_status     int,                       -- HTTP
    last_error      text,                      -- a word, where there was no answer
    completed_at    timestamptz,
    unique (event_id, endpoint_id)
) with (fillfactor = 85); -- a claim then finds room for its new version on the same page, and no index hears of it
-- Claiming walks, in one lane, from endpoint to endpoint and takes a few due rows of each, however many wait behind them.
-- Without deduplication an entry whose row is done is dropped by the next scan; among merged ones it would be met again until a vacuum.
create index deliveries_pending on deliveries (is_retry, endpoint_id, next_attempt_at) with (deduplicate_items = off) where status = 'pending';
create index deliveries_endpoint on deliveries (endpoint_id, id);

-- What came of each attempt. No foreign key: it would lock and rewrite the delivery's row a third time; the cleaner takes both away.
create table attempts (
    delivery_id uuid        not null,
    number      int         not null,
    started_at  timestamptz not null,
    duration_ms int         not null,
    status      int,
    error       text,
    response    bytea       not null, -- the first KB
    primary key (delivery_id, number)
);

-- Whose a job is, remembered from its creation: a provider's callback names the job only.
create table job_owners (
    job_id   uuid primary key,
    owner_id uuid        not null,
    seen_at  timestamptz not null
);
create index job_owners_seen on job_owners using brin (seen_at);
