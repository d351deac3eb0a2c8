alter table users add column mention_name text collate "C" null;

create index users_mention_name on users (mention_name);
