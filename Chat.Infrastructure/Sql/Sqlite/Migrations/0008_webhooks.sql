create index webhooks_room on webhooks (room_id, id);
