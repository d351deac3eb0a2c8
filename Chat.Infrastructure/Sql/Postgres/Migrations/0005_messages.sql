alter table pins add column pin_seq bigint not null default 0;

create table burns (
    message_id text collate "C" not null,
    room_id text collate "C" not null references rooms (id),
    seq bigint not null,
    seconds bigint not null,
    primary key (message_id)
);

create index burns_room on burns (room_id, seq);
