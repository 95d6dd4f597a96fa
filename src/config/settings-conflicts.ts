import { BlockList, isIP } from 'node:net';
import { LIMITS } from './limits.ts';
import type { Settings, TlsSettings } from './settings.ts';
import type { Fault } from './validate-settings.ts';

/** An API key as written: the key itself or its digest. */
export interface WrittenKey {
  readonly name: string;
  readonly key?: string;
  readonly sha256?: string;
  readonly roles: Settings['auth']['keys'][number]['roles'];
}

/** Settings with the right shape, before the API keys are hashed. */
export type WrittenSettings = Omit<Settings, 'auth'> & {
  readonly auth: { readonly keys: readonly WrittenKey[] };
};

/** What the schema cannot say: settings that need, exclude or bound each other. */
export function settingsConflicts(settings: WrittenSettings): Fault[] {
  return [
    ...keyConflicts(settings.auth.keys),
    ...tlsConflicts('nats.tls', settings.nats.tls),
    ...tlsConflicts('redis.tls', settings.redis.tls),
    ...proxyConflicts(settings.node),
    ...orchestratorConflicts(settings.node),
    ...limitConflicts(settings),
    ...generatorConflicts(settings.generator),
    ...archiveConflicts(settings.archive),
  ];
}

const conflict = (key: string, message: string, hint: string): Fault => ({
  code: 'WAF_ERR_CONFIG_CONFLICT',
  key,
  message,
  hint,
});

function keyConflicts(keys: readonly WrittenKey[]): Fault[] {
  const seen = new Set<string>();
  return keys.flatMap(({ name, key, sha256 }, index) => {
    const faults: Fault[] = [];
    const path = `auth.keys.${index}`;
    if ((key === undefined) === (sha256 === undefined)) {
      faults.push(conflict(path, 'needs exactly one of key and sha256', 'keep one of them'));
    }
    if (seen.has(name)) {
      faults.push(conflict(`${path}.name`, `"${name}" is taken`, 'name each key differently'));
    }
    seen.add(name);
    return faults;
  });
}

function tlsConflicts(key: string, tls: TlsSettings): Fault[] {
  if ((tls.cert_file === '') === (tls.key_file === '')) return [];
  return [conflict(key, 'cert_file and key_file belong together', 'set both or neither')];
}

function proxyConflicts(node: Settings['node']): Fault[] {
  const faults = node.trusted_proxies.flatMap((proxy, index) =>
    isAddressRange(proxy)
      ? []
      : [
          conflict(
            `node.trusted_proxies.${index}`,
            'is not an IP address or CIDR range',
            'e.g. 10.0.0.0/8 or ::1',
          ),
        ],
  );
  const { max_body_bytes, inspect_body_bytes } = node.proxy;
  if (max_body_bytes !== 0 && inspect_body_bytes > max_body_bytes) {
    faults.push(
      conflict(
        'node.proxy.inspect_body_bytes',
        'is more than node.proxy.max_body_bytes',
        'lower it or raise max_body_bytes',
      ),
    );
  }
  return faults;
}

function orchestratorConflicts({ orchestrator_url, orchestrator_key }: Settings['node']): Fault[] {
  if ((orchestrator_url === '') === (orchestrator_key === '')) return [];
  const missing = orchestrator_url === '' ? 'orchestrator_url' : 'orchestrator_key';
  return [
    conflict(
      `node.${missing}`,
      'orchestrator_url and orchestrator_key belong together',
      'set both or neither',
    ),
  ];
}

function generatorConflicts({ ttl_seconds, max_ttl_seconds }: Settings['generator']): Fault[] {
  if (ttl_seconds <= max_ttl_seconds) return [];
  const message = `must not be above max_ttl_seconds = ${max_ttl_seconds}`;
  return [conflict('generator.ttl_seconds', message, 'lower it, or raise max_ttl_seconds')];
}

function limitConflicts(settings: WrittenSettings): Fault[] {
  const bounds: [key: string, value: number, limit: number][] = [
    ['waf.max_steps', settings.waf.max_steps, LIMITS.program.max_steps],
    [
      'node.proxy.inspect_body_bytes',
      settings.node.proxy.inspect_body_bytes,
      LIMITS.request.max_body_bytes,
    ],
    [
      'node.proxy.max_header_bytes',
      settings.node.proxy.max_header_bytes,
      LIMITS.request.max_header_bytes,
    ],
    [
      'ml.dynamic_rules.max_active_rules',
      settings.ml.dynamic_rules.max_active_rules,
      LIMITS.rule.max_rules,
    ],
    [
      'ml.dynamic_rules.default_ttl_seconds',
      settings.ml.dynamic_rules.default_ttl_seconds,
      LIMITS.rule.max_ttl_seconds,
    ],
  ];
  return bounds
    .filter(([, value, limit]) => value > limit)
    .map(([key, , limit]) =>
      conflict(key, `is above the limit of ${limit}`, 'the limits stand in schemas/limits.json'),
    );
}

function archiveConflicts(archive: Settings['archive']): Fault[] {
  if (archive.kind !== 's3') return [];
  const needed = ['endpoint', 'bucket', 'access_key_id', 'secret_access_key'] as const;
  return needed
    .filter((name) => archive.s3[name] === '')
    .map((name) =>
      conflict(
        `archive.s3.${name}`,
        'is needed when archive.kind is s3',
        'set it, or use filesystem',
      ),
    );
}

function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  if (!/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}
