alter table memberships add column blocked integer not null default 0;

create index invites_room on invites (room_id, code);
