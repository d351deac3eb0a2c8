alter table scheduled_messages add column client_message_id text null;

alter table scheduled_messages add column wake_at integer null;

alter table scheduled_messages add column failed_at integer null;

alter table scheduled_messages add column failure_code text null;

alter table scheduled_messages add column failure_detail text null;

drop index scheduled_messages_due_at;

create index scheduled_messages_wake_at on scheduled_messages (wake_at);

create unique index scheduled_messages_client on scheduled_messages (sender_id, room_id, client_message_id);
