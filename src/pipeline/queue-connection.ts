import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';
import type { RedisSettings, TlsSettings } from '../config/settings.ts';
import { PipelineError } from './pipeline-error.ts';

/** Pause before the first attempt to reconnect. */
export const FIRST_RETRY_MS = 100;

/** ioredis options for `[redis]`, without the choices that differ between producer and worker. */
export function redisOptions(settings: RedisSettings): RedisOptions {
  return {
    ...address(settings.url),
    ...(settings.username === '' ? {} : { username: settings.username }),
    ...(settings.password === '' ? {} : { password: settings.password }),
    ...tlsOptions(settings),
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(FIRST_RETRY_MS * attempt, 2_000),
  };
}

function address(text: string): RedisOptions {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw badUrl(cause);
  }
  if (url.protocol === 'unix:') return { path: decodeURIComponent(url.pathname) };
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') throw badUrl();
  const database = url.pathname.replace('/', '');
  if (!/^\d{0,4}$/.test(database) || url.hostname === '') throw badUrl();
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    ...(database === '' ? {} : { db: Number(database) }),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
}

/** The URL is left out of the message: it may hold a password. */
function badUrl(cause?: unknown): PipelineError {
  return new PipelineError(
    'WAF_ERR_QUEUE_URL',
    'invalid',
    '[redis] url must be redis://host:port/db, rediss://host:port/db or unix:///path/to.sock',
    { cause },
  );
}

function tlsOptions({ url, tls }: RedisSettings): RedisOptions {
  const files = readTlsFiles(tls);
  return url.startsWith('rediss:') || Object.keys(files).length > 0 ? { tls: files } : {};
}

function readTlsFiles(tls: TlsSettings): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  return {
    ...(tls.ca_file === '' ? {} : { ca: readFileSync(tls.ca_file) }),
    ...(tls.cert_file === '' ? {} : { cert: readFileSync(tls.cert_file) }),
    ...(tls.key_file === '' ? {} : { key: readFileSync(tls.key_file) }),
  };
}
