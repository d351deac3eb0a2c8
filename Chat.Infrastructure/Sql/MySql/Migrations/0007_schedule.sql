alter table scheduled_messages
    add column client_message_id varchar(128) null,
    add column wake_at bigint null,
    add column failed_at bigint null,
    add column failure_code varchar(32) null,
    add column failure_detail mediumtext null;

drop index scheduled_messages_due_at on scheduled_messages;

create index scheduled_messages_wake_at on scheduled_messages (wake_at);

create unique index scheduled_messages_client on scheduled_messages (sender_id, room_id, client_message_id);
