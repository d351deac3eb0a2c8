alter table rooms add column edit_window_seconds integer not null default 900;

alter table rooms add column delete_window_seconds integer not null default 3600;

alter table rooms add column slow_mode_seconds integer not null default 0;

alter table rooms add column read_only integer not null default 0;

alter table rooms add column join_approval integer not null default 0;

alter table rooms add column pinned_count integer not null default 0;

alter table rooms add column closed_at integer null;

alter table memberships add column favorite integer not null default 0;

alter table memberships add column archived integer not null default 0;

alter table memberships add column notifications text not null default 'all';

alter table memberships add column muted_until integer null;

alter table memberships add column last_posted_at integer null;

alter table messages add column thread_root_id text null;

alter table messages add column reply_count integer not null default 0;

alter table messages add column last_reply_at integer null;

alter table messages add column mentions text null;

alter table messages add column mentions_all integer not null default 0;

alter table messages add column reactions text null;

alter table messages add column pinned_at integer null;

alter table messages add column edited_at integer null;

alter table messages add column deleted_at integer null;

alter table messages add column expires_at integer null;

alter table messages add column burn_seconds integer null;

alter table messages add column quote text null;

alter table messages add column forwarded text null;

alter table messages add column data text null;

create table thread_replies (
    root_id text not null,
    seq integer not null,
    room_id text not null references rooms (id),
    primary key (root_id, seq)
) without rowid;

create table pins (
    room_id text not null references rooms (id),
    message_id text not null,
    seq integer not null,
    pinned_by text not null,
    pinned_at integer not null,
    primary key (room_id, message_id)
) without rowid;

create table expiries (
    message_id text not null,
    room_id text not null references rooms (id),
    seq integer not null,
    expires_at integer null,
    primary key (message_id)
) without rowid;

create index expiries_expires_at on expiries (expires_at);

create index expiries_room on expiries (room_id, seq);

create table message_edits (
    message_id text not null,
    rev integer not null,
    room_id text not null references rooms (id),
    body text not null,
    replaced_at integer not null,
    primary key (message_id, rev)
) without rowid;

create table message_reactions (
    message_id text not null,
    emoji text not null,
    user_id text not null,
    created_at integer not null,
    primary key (message_id, emoji, user_id)
) without rowid;

create table mentions (
    room_id text not null references rooms (id),
    user_id text not null,
    seq integer not null,
    primary key (room_id, user_id, seq)
) without rowid;

create table bans (
    room_id text not null references rooms (id),
    user_id text not null,
    banned_by text not null,
    created_at integer not null,
    primary key (room_id, user_id)
) without rowid;

create table join_requests (
    room_id text not null references rooms (id),
    user_id text not null,
    created_at integer not null,
    primary key (room_id, user_id)
) without rowid;

create table blocks (
    user_id text not null,
    blocked_id text not null,
    created_at integer not null,
    primary key (user_id, blocked_id)
) without rowid;

create table drafts (
    user_id text not null,
    room_id text not null references rooms (id),
    body text not null,
    updated_at integer not null,
    primary key (user_id, room_id)
) without rowid;

create table scheduled_messages (
    id text not null,
    room_id text not null references rooms (id),
    sender_id text not null,
    body text not null,
    due_at integer not null,
    created_at integer not null,
    primary key (id)
) without rowid;

create index scheduled_messages_due_at on scheduled_messages (due_at);

create index scheduled_messages_sender on scheduled_messages (sender_id, due_at);

create table webhooks (
    id text not null,
    room_id text not null references rooms (id),
    name text not null,
    secret_hash text not null,
    created_by text not null,
    created_at integer not null,
    primary key (id)
) without rowid;

create unique index webhooks_secret on webhooks (secret_hash);

create table revocations (
    kind text not null,
    subject text not null,
    issued_before integer null,
    created_at integer not null,
    expires_at integer not null,
    primary key (kind, subject)
) without rowid;
