-- Keys of agents and people. A key itself is nowhere: it is 256 random bits, so a plain SHA-256 of it cannot be turned back.
create table api_keys (
    id         uuid        primary key,
    owner_id   uuid        not null,
    name       text        not null,
    prefix     text        not null, -- the first characters, by which a person tells keys apart
    key_hash   bytea       not null unique,
    scopes     text[]      not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);

create index api_keys_by_owner on api_keys (owner_id, created_at);
