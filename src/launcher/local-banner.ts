import type { LocalFleet } from './local-environment.ts';

/** What runs where, the API key, and three commands to try. */
export function localBanner({ ports, natsUrl, redisUrl, apiKey }: LocalFleet): string {
  const origin = (port: number) => `http://127.0.0.1:${port}`;
  const rows: [string, string][] = [
    ['orchestrator', origin(ports.orchestrator)],
    ...ports.nodes.map(({ data, admin }, index): [string, string] => [
      `node-${index + 1}`,
      `${origin(data)}   management ${origin(admin)}`,
    ]),
    ['generator', origin(ports.generator)],
    ['demo upstream', origin(ports.upstream)],
    ['NATS', withoutPassword(natsUrl)],
    ['Redis', withoutPassword(redisUrl)],
  ];
  const firstNode = origin(ports.nodes[0]!.data);
  const rule = {
    id: 'block-evil-bot',
    field: 'Header:User-Agent',
    pattern: 'EvilBot',
    action: 'block',
    ttl_seconds: 3600,
  };
  return `
SecBeat runs. Ctrl-C stops it.

${rows.map(([name, where]) => `  ${name.padEnd(14)} ${where}`).join('\n')}

API key: ${apiKey}

Post a rule, then see it enforced:

  curl -s ${origin(ports.orchestrator)}/api/v1/rules -H 'X-SecBeat-API-Key: ${apiKey}' -H 'Content-Type: application/json' -d '${JSON.stringify(rule)}'
  curl -i -A EvilBot/1.0 ${firstNode}/    # 403
  curl -i ${firstNode}/                   # 200
`;
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
