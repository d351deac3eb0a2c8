alter table rooms
    add column edit_window_seconds bigint not null default 900,
    add column delete_window_seconds bigint not null default 3600,
    add column slow_mode_seconds bigint not null default 0,
    add column read_only bigint not null default 0,
    add column join_approval bigint not null default 0,
    add column pinned_count bigint not null default 0,
    add column closed_at bigint null;

alter table memberships
    add column favorite bigint not null default 0,
    add column archived bigint not null default 0,
    add column notifications text collate "C" not null default 'all',
    add column muted_until bigint null,
    add column last_posted_at bigint null;

alter table messages
    add column thread_root_id text collate "C" null,
    add column reply_count bigint not null default 0,
    add column last_reply_at bigint null,
    add column mentions text null,
    add column mentions_all bigint not null default 0,
    add column reactions text null,
    add column pinned_at bigint null,
    add column edited_at bigint null,
    add column deleted_at bigint null,
    add column expires_at bigint null,
    add column burn_seconds bigint null,
    add column quote text null,
    add column forwarded text null,
    add column data text null;

create table thread_replies (
    root_id text collate "C" not null,
    seq bigint not null,
    room_id text collate "C" not null references rooms (id),
    primary key (root_id, seq)
);

create table pins (
    room_id text collate "C" not null references rooms (id),
    message_id text collate "C" not null,
    seq bigint not null,
    pinned_by text collate "C" not null,
    pinned_at bigint not null,
    primary key (room_id, message_id)
);

create table expiries (
    message_id text collate "C" not null,
    room_id text collate "C" not null references rooms (id),
    seq bigint not null,
    expires_at bigint null,
    primary key (message_id)
);

create index expiries_expires_at on expiries (expires_at);

create index expiries_room on expiries (room_id, seq);

create table message_edits (
    message_id text collate "C" not null,
    rev bigint not null,
    room_id text collate "C" not null references rooms (id),
    body text not null,
    replaced_at bigint not null,
    primary key (message_id, rev)
);

create table message_reactions (
    message_id text collate "C" not null,
    emoji text collate "C" not null,
    user_id text collate "C" not null,
    created_at bigint not null,
    primary key (message_id, emoji, user_id)
);

create table mentions (
    room_id text collate "C" not null references rooms (id),
    user_id text collate "C" not null,
    seq bigint not null,
    primary key (room_id, user_id, seq)
);

create table bans (
    room_id text collate "C" not null references rooms (id),
    user_id text collate "C" not null,
    banned_by text collate "C" not null,
    created_at bigint not null,
    primary key (room_id, user_id)
);

create table join_requests (
    room_id text collate "C" not null references rooms (id),
    user_id text collate "C" not null,
    created_at bigint not null,
    primary key (room_id, user_id)
);

create table blocks (
    user_id text collate "C" not null,
    blocked_id text collate "C" not null,
    created_at bigint not null,
    primary key (user_id, blocked_id)
);

create table drafts (
    user_id text collate "C" not null,
    room_id text collate "C" not null references rooms (id),
    body text not null,
    updated_at bigint not null,
    primary key (user_id, room_id)
);

create table scheduled_messages (
    id text collate "C" not null,
    room_id text collate "C" not null references rooms (id),
    sender_id text collate "C" not null,
    body text not null,
    due_at bigint not null,
    created_at bigint not null,
    primary key (id)
);

create index scheduled_messages_due_at on scheduled_messages (due_at);

create index scheduled_messages_sender on scheduled_messages (sender_id, due_at);

create table webhooks (
    id text collate "C" not null,
    room_id text collate "C" not null references rooms (id),
    name text not null,
    secret_hash text collate "C" not null,
    created_by text collate "C" not null,
    created_at bigint not null,
    primary key (id)
);

create unique index webhooks_secret on webhooks (secret_hash);

create table revocations (
    kind text collate "C" not null,
    subject text collate "C" not null,
    issued_before bigint null,
    created_at bigint not null,
    expires_at bigint not null,
    primary key (kind, subject)
);
