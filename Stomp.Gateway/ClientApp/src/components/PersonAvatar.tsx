import { Avatar } from '@mantine/core';

export function PersonAvatar({ name, url, size = 'md' }: { name: string; url?: string | null | undefined; size?: 'sm' | 'md' }) {
  return <Avatar name={name} src={url ?? null} color="initials" size={size} aria-hidden="true" />;
}
