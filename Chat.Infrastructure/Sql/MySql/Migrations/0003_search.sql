create table search_rooms (
    number bigint auto_increment primary key,
    room_id varchar(64) not null,
    indexed_seq bigint not null,
    foreign key (room_id) references rooms (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create unique index search_rooms_room on search_rooms (room_id);

create table search_lease (
    name varchar(16) primary key,
    node_id varchar(64) not null,
    expires_at bigint not null
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

insert into search_lease (name, node_id, expires_at) values ('sweep', '', 0);

create table message_terms (
    room bigint not null,
    seq bigint not null,
    rev bigint not null,
    created_at bigint not null,
    terms mediumtext character set ascii collate ascii_bin not null,
    primary key (room, seq),
    fulltext index message_terms_terms (terms)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create index message_terms_time on message_terms (room, created_at, seq);
