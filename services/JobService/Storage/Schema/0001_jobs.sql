-- One row a job. status is what the world sees; phase is how far the provider's part has come.
create table jobs (
    id               uuid primary key,
    owner_id         uuid        not null,
    kind             text        not null check (kind in ('image', 'external')),
    operation        text        not null,
    status           text        not null check (status in ('PENDING', 'RUNNING', 'NEEDS_INPUT', 'DONE', 'FAILED', 'CANCELLED')),
    phase            text        not null,
    sequence         int         not null, -- of JobChanged; the version for optimistic concurrency as well
    progress         int         not null check (progress between 0 and 100),
    step             text,
    total_steps      int,
    completed_steps  int,
    remaining        text,       -- a worker's own words, '5 minutes'
    message          text,
    error_code       text,
    input_data       jsonb       not null,
    metadata         jsonb       not null,
    artifacts        jsonb       not null,
    result           jsonb,      -- what a job produced beside artifacts: a worker's summary, a description's texts
    answer           jsonb,      -- what was answered when it needed input
    parent_id        uuid,       -- the job whose picture this one goes on from
    batch_id         uuid,       -- the batch it was made with
    batch_index      int,        -- its place there, from 0
    retry_of         uuid,       -- the failed job this one repeats
    provider         text,
    provider_task_id text,
    buttons          jsonb,      -- the follow-ups the provider allows, as it named them
    seed             bigint,     -- what its noise is drawn from, as asked for or as the provider says
    sources          jsonb,      -- where the provider keeps the finished pictures
    idempotency_key  text,
    request_hash     bytea,
    trace_parent     text,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    started_at       timestamptz,
    finished_at      timestamptz,
    deadline_at      timestamptz,
    next_check_at    timestamptz  -- when the reconciler looks again, should nobody have called
);

create unique index jobs_idempotency on jobs (owner_id, idempotency_key) where idempotency_key is not null;
create index jobs_owner on jobs (owner_id, id desc);
create index jobs_owner_status on jobs (owner_id, status, id desc);
create index jobs_text on jobs using gin (to_tsvector('simple', coalesce(input_data ->> 'prompt', '')));
create index jobs_unfinished on jobs (status, kind, updated_at) where finished_at is null;
create index jobs_finished on jobs (finished_at) where finished_at is not null;
create index jobs_at_provider on jobs (provider) where phase in ('Submitting', 'Drawing');
create index jobs_batch on jobs (batch_id, batch_index) where batch_id is not null;
create index jobs_due on jobs (next_check_at) where next_check_at is not null;

create table job_history (
    job_id      uuid        not null references jobs on delete cascade,
    sequence    int         not null,
    occurred_at timestamptz not null,
    status      text        not null,
    message     text,
    step        text,
    primary key (job_id, sequence)
);

-- A group of jobs that were asked for together. Its status is what its jobs' are.
create table batches (
    id              uuid primary key,
    owner_id        uuid        not null,
    jobs            int         not null,
    idempotency_key text,
    request_hash    bytea       not null,
    created_at      timestamptz not null
);
create unique index batches_idempotency on batches (owner_id, idempotency_key) where idempotency_key is not null;
create index batches_owner on batches (owner_id, id desc);
create index batches_age on batches (created_at);

-- Keys of engines' accounts that were set while the system ran, sealed; they win over configured ones.
create table provider_keys (
    account text primary key, -- as in callback addresses: openai, openai-second
    sealed  text        not null,
    set_by  uuid        not null,
    set_at  timestamptz not null
);

-- Written before a provider is called, so that a crash in between is known: a picture costs money.
create table submit_attempts (
    job_id     uuid        not null references jobs on delete cascade,
    number     int         not null,
    provider   text        not null,
    started_at timestamptz not null,
    ended_at   timestamptz,
    outcome    text,       -- accepted, refused, busy; null while nobody knows
    primary key (job_id, number)
);
