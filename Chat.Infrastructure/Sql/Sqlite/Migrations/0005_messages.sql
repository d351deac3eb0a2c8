alter table pins add column pin_seq integer not null default 0;

create table burns (
    message_id text not null,
    room_id text not null references rooms (id),
    seq integer not null,
    seconds integer not null,
    primary key (message_id)
) without rowid;

create index burns_room on burns (room_id, seq);
