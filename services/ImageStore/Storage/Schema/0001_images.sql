-- What is known of the blobs. A row is written before its bytes and removed after them. Whoever is about to refer to a blob touches
-- its row first; the sweep removes, under the row's lock, what was not touched for a while and what nothing refers to.
create table blobs (
    sha256          text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    bytes           bigint not null,
    touched_at      timestamptz not null        -- put, or let go by the last that referred to it
);

-- What can be searched: what was asked for, what people call it, what they say of it.
create function image_words(prompt text, tags text[], description text) returns tsvector language sql immutable as
$$ select to_tsvector('english', concat_ws(' ', prompt, array_to_string(tags, ' '), description)) $$;

-- One row per picture that can be had: a file as it was fetched, or one of the four parts of a grid.
create table images (
    image_id        uuid primary key,
    job_id          uuid not null,
    source_index    int not null,               -- which of the job's sources, from 0
    part_index      int not null,               -- 0: the whole file; 1 to 4: a part, row by row
    owner_id        uuid not null,
    parent_image_id uuid,                       -- of a part: its grid; of a file: the picture it was made from
    operation       text not null,
    prompt          text,
    model           text,
    seed            bigint,
    media_type      text not null,
    width           int not null check (width > 0),
    height          int not null check (height > 0),
    bytes           bigint,                     -- null until a part's bytes are made
    sha256          text references blobs,
    crop_x          int,                        -- of a part: where in its grid
    crop_y          int,
    tags            text[] not null default '{}',
    description     text,
    stored_at       timestamptz not null,
    words           tsvector generated always as (case -- of a part only once something is said of it: until then its file says the same
                        when tags <> '{}' or description is not null then image_words(prompt, tags, description)
                        when part_index = 0 then to_tsvector('english', coalesce(prompt, '')) end) stored,

    -- A job's source is stored once, however often the command comes.
    constraint images_once unique (job_id, source_index, part_index),
    constraint images_bytes_with_hash check ((bytes is null) = (sha256 is null)),
    constraint images_file_has_bytes check (part_index > 0 or sha256 is not null),
    constraint images_part_has_crop check (
        part_index between 0 and 4
        and (part_index > 0) = (crop_x is not null)
        and (part_index > 0) = (crop_y is not null)
        and (part_index = 0 or parent_image_id is not null))
);

-- Who refers to a blob.
create index images_by_blob on images (sha256) where sha256 is not null;

-- An owner's pictures, newest first; with what they take up.
create index images_by_owner on images (owner_id, stored_at desc, image_id desc) include (part_index, bytes);

-- The oldest files.
create index images_by_age on images (stored_at) where part_index = 0;

create index images_by_words on images using gin (words) where words is not null;

-- A picture in another size or format: a cache, made again when it is gone.
create table variants (
    image_id        uuid not null references images on delete cascade,
    width           int not null,               -- as asked for, a step of the ladder or the picture's own
    format          text not null,              -- png, jpeg, webp
    sha256          text not null references blobs,
    bytes           bigint not null,
    made_at         timestamptz not null,
    primary key (image_id, width, format)
);

create index variants_by_blob on variants (sha256);

create index variants_by_age on variants (made_at);
