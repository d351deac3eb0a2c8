alter table pins add column pin_seq bigint not null default 0;

create table burns (
    message_id varchar(64) not null,
    room_id varchar(64) not null,
    seq bigint not null,
    seconds bigint not null,
    primary key (message_id),
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create index burns_room on burns (room_id, seq);
