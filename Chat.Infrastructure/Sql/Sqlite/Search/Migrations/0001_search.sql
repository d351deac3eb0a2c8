create table search_rooms (
    number integer primary key,
    room_id text not null,
    indexed_seq integer not null
);

create unique index search_rooms_room on search_rooms (room_id);

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
