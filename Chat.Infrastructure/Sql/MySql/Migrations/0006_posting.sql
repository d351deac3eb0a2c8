alter table users add column mention_name varchar(255) null;

create index users_mention_name on users (mention_name);
