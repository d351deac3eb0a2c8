export interface InvitedTo {
  roomId: string;
  code: string;
}

/** Reads `room/code`, or a link that ends so; null when it is neither. */
export function readInvite(text: string): InvitedTo | null {
  const match = /(?:^|\/)([A-Za-z0-9_-]{1,64})\/([^/\s]+)$/.exec(text.trim());
  return match?.[1] && match[2] ? { roomId: match[1], code: decodeURIComponent(match[2]) } : null;
}

export const inviteText = ({ roomId, code }: InvitedTo) => `${roomId}/${encodeURIComponent(code)}`;
