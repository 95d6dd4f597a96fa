import { Agent, request } from 'node:http';
import { seededRandom } from '../../src/generator/learn/seeded-random.ts';
import { attackUri, benignUri } from '../unit/generator/suspicion/traffic.ts';
import type { Fleet } from './fleet.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0';
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** A request through a node, as if a proxy in front had it from `address`; resolves with the status. */
export function send(dataUrl: string, uri: string, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-forwarded-for': address, 'user-agent': BROWSER };
    const sent = request(`${dataUrl}${uri}`, { agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}

export interface ShopTraffic {
  /** Answers that were not 200, as `status uri`. */
  readonly wrong: readonly string[];
  readonly answered: () => number;
  stop(): Promise<void>;
}

/** Honest clients of a small shop, 200 addresses, over all nodes in turn, until it is stopped. */
export function startShopTraffic(fleet: Fleet, seed: number): ShopTraffic {
  const random = seededRandom(seed);
  const wrong: string[] = [];
  let answered = 0;
  let running = true;
  const client = async () => {
    while (running) {
      const node = fleet.nodes[answered % fleet.nodes.length]!;
      const uri = benignUri(random);
      const status = await send(node.dataUrl, uri, `198.51.100.${Math.floor(random() * 200)}`);
      answered += 1;
      if (status !== 200) wrong.push(`${status} ${uri}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const clients = [client(), client(), client()];
  return {
    wrong,
    answered: () => answered,
    async stop() {
      running = false;
      await Promise.all(clients);
    },
  };
}

/** One request of the campaign; the addresses change with every one. */
export async function attack(
  fleet: Fleet,
  random: () => number,
  address: string,
): Promise<{ readonly status: number; readonly uri: string }> {
  const uri = attackUri(random);
  const node = fleet.nodes[Math.floor(random() * fleet.nodes.length)]!;
  return { status: await send(node.dataUrl, uri, address), uri };
}
