/** What the page reads from a token. It only reads: the gateway alone verifies. */
export interface TokenClaims {
  userId: string;
  name: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Null when the text is not a JWT with `sub` and `exp`. */
export function readToken(token: string): TokenClaims | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown; name?: unknown; exp?: unknown };
    if (typeof claims.sub !== 'string' || typeof claims.exp !== 'number') return null;
    return {
      userId: claims.sub,
      name: typeof claims.name === 'string' ? claims.name : claims.sub,
      expiresAt: claims.exp * 1000,
    };
  } catch {
    return null;
  }
}

/**
 * "Alice Smith" becomes `alice-smith`. A name without a single Latin letter or digit, such as 김철수, becomes
 * `user-` and a number made of the name, so that two such people are not one.
 */
export function userIdFromName(name: string): string {
  const trimmed = name.trim().toLowerCase();
  const id = trimmed.replace(/[^a-z0-9_.-]/g, '-').slice(0, 64);
  return trimmed === '' || /[a-z0-9]/.test(id) ? id : `user-${fnv1a(trimmed).toString(36)}`;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
