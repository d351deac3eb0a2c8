create table users (
    id text primary key,
    name text not null,
    avatar_url text null,
    updated_at integer not null
) without rowid;

create table rooms (
    id text primary key,
    kind text not null,
    name text null,
    description text null,
    image_url text null,
    visibility text not null,
    max_members integer not null,
    history_for_new_members text not null,
    history_for_former_members text not null,
    epoch text not null,
    head_seq integer not null,
    first_seq integer not null,
    message_count integer not null,
    member_count integer not null,
    created_at integer not null,
    last_activity_at integer not null,
    direct_key text null
) without rowid;

create unique index rooms_direct_key on rooms (direct_key);

create index rooms_public on rooms (visibility, kind, id);

create table memberships (
    room_id text not null references rooms (id),
    user_id text not null,
    role text not null,
    joined_at integer not null,
    joined_seq integer not null,
    last_read_seq integer not null,
    read_count integer not null,
    left_seq integer null,
    primary key (room_id, user_id)
) without rowid;

create index memberships_user on memberships (user_id, left_seq);

create table invites (
    code text primary key,
    room_id text not null references rooms (id),
    created_by text not null,
    created_at integer not null,
    expires_at integer null,
    uses_left integer null
) without rowid;

create table messages (
    room_id text not null references rooms (id),
    seq integer not null,
    id text not null,
    rev integer not null,
    ordinal integer not null,
    type text not null,
    sender_id text not null,
    body text null,
    client_message_id text null,
    created_at integer not null,
    primary key (room_id, seq)
) without rowid;

create unique index messages_id on messages (id);

create unique index messages_client on messages (room_id, sender_id, client_message_id);

create table room_events (
    room_id text not null references rooms (id),
    seq integer not null,
    event text not null,
    at integer not null,
    subject_id text not null,
    primary key (room_id, seq)
) without rowid;

create table outbox (
    id text primary key,
    node_id text not null,
    room_id text not null,
    first_seq integer not null,
    last_seq integer not null,
    created_at integer not null
) without rowid;

create index outbox_created_at on outbox (created_at);
