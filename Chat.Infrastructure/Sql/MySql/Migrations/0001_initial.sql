create table users (
    id varchar(64) primary key,
    name varchar(128) not null,
    avatar_url varchar(1024) null,
    updated_at bigint not null
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table rooms (
    id varchar(64) primary key,
    kind varchar(16) not null,
    name varchar(128) null,
    description varchar(1000) null,
    image_url varchar(1024) null,
    visibility varchar(16) not null,
    max_members bigint not null,
    history_for_new_members varchar(16) not null,
    history_for_former_members varchar(16) not null,
    epoch varchar(32) not null,
    head_seq bigint not null,
    first_seq bigint not null,
    message_count bigint not null,
    member_count bigint not null,
    created_at bigint not null,
    last_activity_at bigint not null,
    direct_key varchar(140) null
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create unique index rooms_direct_key on rooms (direct_key);

create index rooms_public on rooms (visibility, kind, id);

create table memberships (
    room_id varchar(64) not null,
    user_id varchar(64) not null,
    role varchar(16) not null,
    joined_at bigint not null,
    joined_seq bigint not null,
    last_read_seq bigint not null,
    read_count bigint not null,
    left_seq bigint null,
    primary key (room_id, user_id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create index memberships_user on memberships (user_id, left_seq);

create table invites (
    code varchar(64) primary key,
    room_id varchar(64) not null,
    created_by varchar(64) not null,
    created_at bigint not null,
    expires_at bigint null,
    uses_left bigint null,
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table messages (
    room_id varchar(64) not null,
    seq bigint not null,
    id varchar(64) not null,
    rev bigint not null,
    ordinal bigint not null,
    type varchar(16) not null,
    sender_id varchar(64) not null,
    body mediumtext null,
    client_message_id varchar(128) null,
    created_at bigint not null,
    primary key (room_id, seq),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create unique index messages_id on messages (id);

create unique index messages_client on messages (room_id, sender_id, client_message_id);

create table room_events (
    room_id varchar(64) not null,
    seq bigint not null,
    event varchar(32) not null,
    at bigint not null,
    subject_id varchar(64) not null,
    primary key (room_id, seq),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table outbox (
    id varchar(64) primary key,
    node_id varchar(64) not null,
    room_id varchar(64) not null,
    first_seq bigint not null,
    last_seq bigint not null,
    created_at bigint not null
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create index outbox_created_at on outbox (created_at);
