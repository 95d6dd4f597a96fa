import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A small S3 look-alike that really stores: PUT, GET, HEAD, ListObjectsV2 in pages of two, addressed
 * by path. It refuses requests without a SigV4 header and bodies that do not fit their stated hash.
 */
export interface StoredBucket {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** `METHOD path` of every request. */
  readonly requests: string[];
  /** Answers the next requests with these statuses instead. */
  readonly failures: number[];
  close(): Promise<void>;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=KEY\/\d{8}\/eu-test-1\/s3\/aws4_request, SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}$/;
const PAGE = 2;

export async function startBucket(name: string): Promise<StoredBucket> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  const failures: number[] = [];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const body = Buffer.concat(await request.toArray());
    const status = failures.shift() ?? answer(request, response, body);
    if (!response.writableEnded) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    requests,
    failures,
    close: () => closed(server),
  };

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): number {
    if (!AUTHORIZATION.test(request.headers.authorization ?? '')) return 403;
    const { pathname, searchParams } = new URL(request.url!, 'http://bucket');
    if (pathname === `/${name}` && searchParams.get('list-type') === '2') {
      response.end(listing(searchParams));
      return 200;
    }
    if (!pathname.startsWith(`/${name}/`)) return 404;
    const key = pathname.slice(name.length + 2);
    if (request.method === 'PUT') {
      const stated = request.headers['x-amz-content-sha256'];
      if (createHash('sha256').update(body).digest('hex') !== stated) return 400;
      objects.set(key, body);
      return 200;
    }
    const object = objects.get(key);
    if (object === undefined) return 404;
    response.writeHead(200, { 'content-length': object.length });
    response.end(request.method === 'HEAD' ? undefined : object);
    return 200;
  }

  function listing(query: URLSearchParams): string {
    const from = query.get('continuation-token') ?? '';
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > from)
      .sort();
    const page = keys.slice(0, PAGE);
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    const next =
      keys.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult>${contents}${next}</ListBucketResult>`;
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
