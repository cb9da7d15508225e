-- Keys of agents and people. A key itself is nowhere: it is 256 random bits, so a plain SHA-256 of it cannot be turned back.
create table api_keys (
    id          uuid        primary key,
    owner_id    uuid        not null,
    name        text        not null,
    prefix      text        not null, -- the first characters, by which a person tells keys apart
    key_hash    bytea       not null unique,
    scopes      text[]      not null,
    created_at  timestamptz not null,
    expires_at  timestamptz,
    revoked_at  timestamptz,
    replaced_by uuid                  -- the key that took over when this one was rotated
);

create index api_keys_by_owner on api_keys (owner_id, created_at);

-- Who changed what, when, and what came of it. Ids are ordered by time.
create table audit_log (
    id       uuid        primary key,
    at       timestamptz not null,
    owner_id uuid        not null,
    key_id   text        not null, -- the API key, or the subject of a token
    key_name text        not null,
    action   text        not null, -- 'POST /api/keys/{id}/rotate', 'tools/call generate_image'
    target   text        not null, -- the path, or what was made
    status   int         not null,
    outcome  text        not null, -- ok, refused, failed
    address  text,
    trace_id text
);

create index audit_log_by_owner on audit_log (owner_id, id);

-- What an administrator may change while the system runs: one row.
create table runtime_settings (
    only_one   boolean     primary key default true check (only_one),
    revision   bigint      not null,
    settings   jsonb       not null,
    updated_at timestamptz not null,
    updated_by text        not null
);

-- What an owner chose once for all pictures.
create table preferences (
    owner_id   uuid        primary key,
    version    text        not null, -- of the model, '7' or 'niji 6'
    updated_at timestamptz not null
);
