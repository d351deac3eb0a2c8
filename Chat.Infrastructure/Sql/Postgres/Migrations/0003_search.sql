create table search_rooms (
    number bigint generated always as identity primary key,
    room_id text collate "C" not null references rooms (id),
    indexed_seq bigint not null
);

create unique index search_rooms_room on search_rooms (room_id);

create table search_lease (
    name text collate "C" primary key,
    node_id text collate "C" not null,
    expires_at bigint not null
);

insert into search_lease (name, node_id, expires_at) values ('sweep', '', 0);

create table message_terms (
    room bigint not null,
    seq bigint not null,
    rev bigint not null,
    created_at bigint not null,
    terms tsvector not null,
    primary key (room, seq)
);

create index message_terms_terms on message_terms using gin (terms);

create index message_terms_time on message_terms (room, created_at, seq);
