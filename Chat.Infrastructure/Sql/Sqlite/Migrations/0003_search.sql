create table search_rooms (
    number integer primary key,
    room_id text not null references rooms (id),
    indexed_seq integer not null
);

create unique index search_rooms_room on search_rooms (room_id);

create table search_lease (
    name text primary key,
    node_id text not null,
    expires_at integer not null
) without rowid;

insert into search_lease (name, node_id, expires_at) values ('sweep', '', 0);

create table message_terms (
    id integer primary key,
    room integer not null,
    seq integer not null,
    rev integer not null,
    created_at integer not null
);

create unique index message_terms_message on message_terms (room, seq);

create index message_terms_time on message_terms (room, created_at, seq);

create virtual table message_words using fts5 (terms, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'");
