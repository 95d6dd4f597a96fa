import { describe, expect, it } from 'vitest';
import { IpcChannel, type IpcPort } from '../../../src/node/data-plane/ipc-channel.ts';

/** Two ports that are connected, with JSON in between as on a real pipe. */
function pipe(): [IpcPort, IpcPort] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const port = (mine: number, other: number): IpcPort => ({
    send(message) {
      const text = JSON.stringify(message);
      queueMicrotask(() => {
        for (const listener of listeners[other]!) listener(JSON.parse(text));
      });
    },
    onMessage: (listener) => void listeners[mine]!.push(listener),
  });
  return [port(0, 1), port(1, 0)];
}

describe('ipc channel', () => {
  it('ipc - both sides call and answer, in any order', async () => {
    const [a, b] = pipe();
    const left = new IpcChannel(a, { double: (n: number) => n * 2 });
    const right = new IpcChannel(b, { add: async ([x, y]: [number, number]) => x + y });
    expect(
      await Promise.all([
        left.call('add', [1, 2]),
        right.call('double', 4),
        left.call('add', [5, 6]),
      ]),
    ).toEqual([3, 8, 11]);
  });

  it('ipc - a throw on the other side keeps message, code and phases', async () => {
    const [a, b] = pipe();
    const left = new IpcChannel(a, {});
    new IpcChannel(b, {
      fail() {
        throw Object.assign(new Error('no'), { code: 'WAF_ERR_X', phases: { verify: 1 } });
      },
    });
    await expect(left.call('fail')).rejects.toMatchObject({
      message: 'no',
      code: 'WAF_ERR_X',
      phases: { verify: 1 },
    });
    await expect(left.call('unheard of')).rejects.toThrow('no handler for unheard of');
  });

  it('ipc - whoever waits learns that the other side is gone', async () => {
    const [a] = pipe();
    const left = new IpcChannel(a, {});
    const waiting = left.call('anything');
    left.fail(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
  });

  it('ipc - messages of somebody else on the same pipe are left alone', () => {
    let deliver: (message: unknown) => void = () => {};
    const sent: object[] = [];
    const port: IpcPort = {
      send: (message) => void sent.push(message),
      onMessage: (listener) => {
        deliver = listener;
      },
    };
    new IpcChannel(port, {});
    for (const message of [null, 'text', 7, {}, { answer: 99 }, { call: 'x' }]) deliver(message);
    expect(sent).toEqual([]);
  });
});
