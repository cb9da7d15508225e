-- The key ring that seals secrets (ASP.NET data protection).
create table if not exists key_ring (
    name       text primary key,
    xml        text        not null,
    created_at timestamptz not null default now()
);
