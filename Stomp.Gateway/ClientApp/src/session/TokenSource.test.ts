import { expect, test } from 'vitest';
import { readToken, userIdFromName } from './token';
import { SignInNeeded, TokenSource } from './TokenSource';

const base64Url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (expiresAt: number, name = '김철수') => `${base64Url({})}.${base64Url({ sub: 'kim', name, exp: expiresAt / 1000 })}.x`;

test('A token says who and until when', () => {
  expect(readToken(token(5_000))).toEqual({ userId: 'kim', name: '김철수', expiresAt: 5_000 });
  expect(readToken('no token')).toBeNull();
});

test('A token near its end is renewed, once for all who ask', async () => {
  let now = 0;
  let fetched = 0;
  const source = new TokenSource(token(600_000), () => Promise.resolve(token(1_200_000 + fetched++)), () => undefined, () => now);
  expect(await source.current()).toBe(token(600_000));
  now = 520_000;
  const [first, second] = await Promise.all([source.current(), source.current()]);
  expect([first, second]).toEqual([token(1_200_000), token(1_200_000)]);
  expect(fetched).toBe(1);
});

test('A refused token is fetched anew', async () => {
  const source = new TokenSource(token(1_000_000), () => Promise.resolve('new'), () => undefined, () => 0);
  source.reject();
  expect(await source.current()).toBe('new');
});

test('A pasted token that is refused asks for signing in', async () => {
  const source = new TokenSource(token(1_000_000), null, () => undefined, () => 0);
  source.reject();
  await expect(source.current()).rejects.toBeInstanceOf(SignInNeeded);
});

test('Every name makes a user id of its own', () => {
  expect(userIdFromName(' Alice Smith ')).toBe('alice-smith');
  expect(userIdFromName('김철수')).toMatch(/^user-[a-z0-9]+$/);
  expect(userIdFromName('김철수')).not.toBe(userIdFromName('이영희'));
  expect(userIdFromName('  ')).toBe('');
});
