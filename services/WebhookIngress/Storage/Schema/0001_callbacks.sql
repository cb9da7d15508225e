-- Every call to the ingress, as far as it can be kept: one row a call, repetitions and refused ones included.
create table callbacks (
    id           uuid        primary key, -- version 7: in the order they came
    callback_id  uuid,                    -- the same for every repetition; null when the body was not read to its end
    provider     text        not null,
    outcome      text        not null,
    reason       text,
    status       int         not null,    -- of the answer
    size         int         not null,
    content_type text,
    address      text        not null,
    job_id       uuid,
    trace_id     text,
    received_at  timestamptz not null,
    duration_ms  real        not null,
    replay_of    uuid,                    -- this one is a replay of that
    replayed_at  timestamptz              -- this one was last replayed then
);

create index callbacks_job on callbacks (job_id, id) where job_id is not null;
create index callbacks_unusual on callbacks (outcome, id) where outcome not in ('queued', 'duplicate');

-- Apart, so that lists are short reads and bodies can go first.
create table callback_bodies (
    id         uuid        primary key,
    body       bytea       not null,
    keep_until timestamptz not null
);

create index callback_bodies_keep on callback_bodies (keep_until);
