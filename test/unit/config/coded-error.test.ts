import { expect, test } from 'vitest';
import { CodedError } from '../../../src/config/coded-error.ts';

test('coded error - has the name of its class, its code and its cause', () => {
  class RoomError extends CodedError<'WAF_ERR_ROOM_SHUT'> {}
  const cause = new Error('locked');
  const error = new RoomError('WAF_ERR_ROOM_SHUT', 'the room is shut', { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message]).toEqual([
    'RoomError',
    'WAF_ERR_ROOM_SHUT',
    'the room is shut',
  ]);
  expect(error.cause).toBe(cause);
});
