drop table message_words;

drop table message_terms;

drop table search_rooms;
