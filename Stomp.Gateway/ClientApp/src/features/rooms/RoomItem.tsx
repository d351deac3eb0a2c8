import { Badge } from '@mantine/core';
import { memo } from 'react';
import type { Message, Room } from '../../api/contract';
import { roomHash } from '../../app/useRoute';
import { PersonAvatar } from '../../components/PersonAvatar';
import { shortTime } from '../../components/times';
import { texts } from '../../texts';
import { goneText } from '../room/goneText';
import { roomName } from './roomName';

interface Props {
  room: Room;
  userId: string;
  isOpen: boolean;
}

export const RoomItem = memo(function RoomItem({ room, userId, isOpen }: Props) {
  const name = roomName(room, userId);
  const last = room.lastMessage;
  return (
    <a
      className="room-item"
      href={roomHash(room.id)}
      aria-current={isOpen ? 'page' : undefined}
      data-testid="room-item"
      data-room-id={room.id}
    >
      <PersonAvatar name={name} />
      <span className="room-item-text">
        <span className="room-item-name">{name}</span>
        <span className="room-item-last">{last ? preview(last, userId) : texts.noMessages}</span>
      </span>
      <span className="room-item-side">
        {last && <time dateTime={last.createdAt}>{shortTime(last.createdAt)}</time>}
        {room.unreadCount > 0 && (
          <Badge size="sm" circle={room.unreadCount < 10} aria-label={texts.unread(room.unreadCount)} data-testid="unread-badge">
            {room.unreadCount > 99 ? '99+' : room.unreadCount}
          </Badge>
        )}
      </span>
    </a>
  );
});

function preview(message: Message, userId: string): string {
  const text = message.text ?? goneText(message);
  if (message.type === 'SYSTEM') return text;
  const sender = message.sender.id === userId ? texts.you : message.sender.name;
  return `${sender}: ${text}`;
}
