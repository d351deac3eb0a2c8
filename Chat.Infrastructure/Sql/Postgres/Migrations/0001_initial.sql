create table users (
    id text collate "C" primary key,
    name text not null,
    avatar_url text null,
    updated_at bigint not null
);

create table rooms (
    id text collate "C" primary key,
    kind text collate "C" not null,
    name text null,
    description text null,
    image_url text null,
    visibility text collate "C" not null,
    max_members bigint not null,
    history_for_new_members text collate "C" not null,
    history_for_former_members text collate "C" not null,
    epoch text collate "C" not null,
    head_seq bigint not null,
    first_seq bigint not null,
    message_count bigint not null,
    member_count bigint not null,
    created_at bigint not null,
    last_activity_at bigint not null,
    direct_key text collate "C" null
);

create unique index rooms_direct_key on rooms (direct_key);

create index rooms_public on rooms (visibility, kind, id);

create table memberships (
    room_id text collate "C" not null references rooms (id),
    user_id text collate "C" not null,
    role text collate "C" not null,
    joined_at bigint not null,
    joined_seq bigint not null,
    last_read_seq bigint not null,
    read_count bigint not null,
    left_seq bigint null,
    primary key (room_id, user_id)
);

create index memberships_user on memberships (user_id, left_seq);

create table invites (
    code text collate "C" primary key,
    room_id text collate "C" not null references rooms (id),
    created_by text collate "C" not null,
    created_at bigint not null,
    expires_at bigint null,
    uses_left bigint null
);

create table messages (
    room_id text collate "C" not null references rooms (id),
    seq bigint not null,
    id text collate "C" not null,
    rev bigint not null,
    ordinal bigint not null,
    type text collate "C" not null,
    sender_id text collate "C" not null,
    body text null,
    client_message_id text collate "C" null,
    created_at bigint not null,
    primary key (room_id, seq)
);

create unique index messages_id on messages (id);

create unique index messages_client on messages (room_id, sender_id, client_message_id);

create table room_events (
    room_id text collate "C" not null references rooms (id),
    seq bigint not null,
    event text collate "C" not null,
    at bigint not null,
    subject_id text collate "C" not null,
    primary key (room_id, seq)
);

create table outbox (
    id text collate "C" primary key,
    node_id text collate "C" not null,
    room_id text collate "C" not null,
    first_seq bigint not null,
    last_seq bigint not null,
    created_at bigint not null
);

create index outbox_created_at on outbox (created_at);
