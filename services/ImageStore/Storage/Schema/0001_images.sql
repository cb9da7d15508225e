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
    media_type      text not null,
    width           int not null check (width > 0),
    height          int not null check (height > 0),
    bytes           bigint,                     -- null until a part's bytes are made
    sha256          text check (sha256 ~ '^[0-9a-f]{64}$'),
    crop_x          int,                        -- of a part: where in its grid
    crop_y          int,
    tags            text[] not null default '{}',
    stored_at       timestamptz not null,

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

-- An owner's pictures, newest first.
create index images_by_owner on images (owner_id, stored_at desc);
