import { AwsClient } from 'aws4fetch';
import type { ArchiveSettings } from '../../config/settings.ts';
import { ArtifactError } from '../artifact-error.ts';
import { assertDigest, hexOf } from '../digest.ts';
import { type Archive, archiveName } from './archive.ts';

/** Tries after a network error or 5xx answer, with growing pauses. */
const RETRIES = 3;
const REQUEST_TIMEOUT_MS = 30_000;

/** An archive in an S3-compatible bucket, addressed by path (`endpoint/bucket/key`), signed with SigV4. */
export function createS3Archive(settings: ArchiveSettings['s3'], extension = 'wasm'): Archive {
  const client = new AwsClient({
    accessKeyId: settings.access_key_id,
    secretAccessKey: settings.secret_access_key,
    region: settings.region,
    service: 's3',
    retries: RETRIES,
  });
  const bucket = `${settings.endpoint.replace(/\/+$/, '')}/${settings.bucket}`;
  const prefix = settings.prefix === '' ? '' : `${settings.prefix.replace(/^\/+|\/+$/g, '')}/`;
  const urlOf = (digest: string) => `${bucket}/${prefix}${archiveName(hexOf(digest), extension)}`;

  async function request(method: string, url: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await client.fetch(url, { ...init, method, signal }).catch((cause) => {
      throw failed(`${method} ${url}`, cause);
    });
    if (response.ok || response.status === 404) return response;
    await response.body?.cancel();
    throw failed(`${method} ${url}: status ${response.status}`);
  }

  async function has(digest: string): Promise<boolean> {
    return (await request('HEAD', urlOf(digest))).ok;
  }

  return {
    has,

    async put(digest, bytes) {
      assertDigest(digest, bytes);
      if (await has(digest)) return;
      const url = urlOf(digest);
      const response = await request('PUT', url, {
        body: new Uint8Array(bytes),
        // The server then refuses bytes that were damaged on the way.
        headers: {
          'content-type': 'application/octet-stream',
          'x-amz-content-sha256': hexOf(digest),
        },
      });
      await response.body?.cancel();
      if (!response.ok) throw failed(`PUT ${url}: no such bucket`);
    },

    async get(digest, maxBytes) {
      const response = await request('GET', urlOf(digest));
      if (response.ok) {
        const bytes = await readBounded(response, maxBytes);
        assertDigest(digest, bytes);
        return bytes;
      }
      await response.body?.cancel();
      return undefined;
    },

    async list() {
      const digests: string[] = [];
      let token: string | undefined;
      do {
        const query = new URLSearchParams({ 'list-type': '2', prefix });
        if (token !== undefined) query.set('continuation-token', token);
        const page = await (await request('GET', `${bucket}?${query}`)).text();
        digests.push(...digestsIn(page, extension));
        token = elementsOf(page, 'NextContinuationToken')[0];
      } while (token !== undefined);
      return digests.sort();
    },
  };
}

async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new ArtifactError(
        'WAF_ERR_ARTIFACT_TOO_LARGE',
        `${response.url} is larger than ${maxBytes} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function digestsIn(page: string, extension: string): string[] {
  const file = new RegExp(`(?:^|/)([0-9a-f]{64})\\.${extension}$`);
  return elementsOf(page, 'Key').flatMap((key) => {
    const hex = file.exec(key)?.[1];
    return hex === undefined ? [] : [`sha256:${hex}`];
  });
}

/** Texts of the elements of one name. Keys and tokens of ours hold no markup beyond the five entities. */
function elementsOf(xml: string, name: string): string[] {
  const texts = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'));
  return Array.from(texts, ([, text]) => unescapeXml(text!));
}

function unescapeXml(text: string): string {
  const characters: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => characters[entity]!);
}

function failed(what: string, cause?: unknown): ArtifactError {
  return new ArtifactError('WAF_ERR_ARTIFACT_ARCHIVE', `archive: ${what}`, { cause });
}
