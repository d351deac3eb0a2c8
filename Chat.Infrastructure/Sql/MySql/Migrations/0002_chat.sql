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
    add column notifications varchar(16) not null default 'all',
    add column muted_until bigint null,
    add column last_posted_at bigint null;

alter table messages
    add column thread_root_id varchar(64) null,
    add column reply_count bigint not null default 0,
    add column last_reply_at bigint null,
    add column mentions mediumtext null,
    add column mentions_all bigint not null default 0,
    add column reactions mediumtext null,
    add column pinned_at bigint null,
    add column edited_at bigint null,
    add column deleted_at bigint null,
    add column expires_at bigint null,
    add column burn_seconds bigint null,
    add column quote mediumtext null,
    add column forwarded mediumtext null,
    add column data mediumtext null;

create table thread_replies (
    root_id varchar(64) not null,
    seq bigint not null,
    room_id varchar(64) not null,
    primary key (root_id, seq),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table pins (
    room_id varchar(64) not null,
    message_id varchar(64) not null,
    seq bigint not null,
    pinned_by varchar(64) not null,
    pinned_at bigint not null,
    primary key (room_id, message_id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table expiries (
    message_id varchar(64) not null,
    room_id varchar(64) not null,
    seq bigint not null,
    expires_at bigint null,
    primary key (message_id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create index expiries_expires_at on expiries (expires_at);

create index expiries_room on expiries (room_id, seq);

create table message_edits (
    message_id varchar(64) not null,
    rev bigint not null,
    room_id varchar(64) not null,
    body mediumtext not null,
    replaced_at bigint not null,
    primary key (message_id, rev),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table message_reactions (
    message_id varchar(64) not null,
    emoji varchar(64) not null,
    user_id varchar(64) not null,
    created_at bigint not null,
    primary key (message_id, emoji, user_id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table mentions (
    room_id varchar(64) not null,
    user_id varchar(64) not null,
    seq bigint not null,
    primary key (room_id, user_id, seq),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table bans (
    room_id varchar(64) not null,
    user_id varchar(64) not null,
    banned_by varchar(64) not null,
    created_at bigint not null,
    primary key (room_id, user_id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table join_requests (
    room_id varchar(64) not null,
    user_id varchar(64) not null,
    created_at bigint not null,
    primary key (room_id, user_id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table blocks (
    user_id varchar(64) not null,
    blocked_id varchar(64) not null,
    created_at bigint not null,
    primary key (user_id, blocked_id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table drafts (
    user_id varchar(64) not null,
    room_id varchar(64) not null,
    body mediumtext not null,
    updated_at bigint not null,
    primary key (user_id, room_id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table scheduled_messages (
    id varchar(64) not null,
    room_id varchar(64) not null,
    sender_id varchar(64) not null,
    body mediumtext not null,
    due_at bigint not null,
    created_at bigint not null,
    primary key (id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create index scheduled_messages_due_at on scheduled_messages (due_at);

create index scheduled_messages_sender on scheduled_messages (sender_id, due_at);

create table webhooks (
    id varchar(64) not null,
    room_id varchar(64) not null,
    name varchar(128) not null,
    secret_hash varchar(64) not null,
    created_by varchar(64) not null,
    created_at bigint not null,
    primary key (id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create unique index webhooks_secret on webhooks (secret_hash);

create table revocations (
    kind varchar(16) not null,
    subject varchar(128) not null,
    issued_before bigint null,
    created_at bigint not null,
    expires_at bigint not null,
    primary key (kind, subject)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;
