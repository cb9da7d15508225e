-- What a transaction decided to publish. A row is deleted once the broker has confirmed the message.
create table outbox (
    id           bigint generated always as identity primary key,
    message_id   uuid        not null,
    type         text        not null,
    body         text        not null,
    trace_parent text,
    created_at   timestamptz not null,
    retry_at     timestamptz -- set when the broker would not take it; the others go on meanwhile
);
