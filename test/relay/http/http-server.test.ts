import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeDiscovery } from '#adapters/dialing/discovery.ts';
import { parseVersion, VERSION_PATH } from '#core/domain/version.ts';
import { startTestRelay, TEST_ADDRESS, type TestRelay, testConfig } from '#test/relay/relay-place.ts';
import { appHash } from '../../../scripts/app-hash.mjs';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const INDEX = '<!doctype html><title>x</title>';
let folder: string;
let relay: TestRelay;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terminfunk-http-'));
  const app = join(folder, 'app');
  await mkdir(join(app, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(app, 'index.html'), INDEX);
  await writeFile(join(app, 'index.html.br'), brotliCompressSync(INDEX));
  await writeFile(join(app, 'service.worker.js'), '//');
  await writeFile(join(app, 'assets', 'main-B1a_c3D4.js'), 'export {};');
  await writeFile(join(app, 'assets', 'main-B1a_c3D4.js.map'), '{}');
  relay = await startTestRelay(
    testConfig({
      app,
      allowedOrigins: ['https://other.example'],
      trustedProxies: ['127.0.0.9'],
      limits: { connectsPerMinute: 5 },
    }),
  );
});
afterAll(async () => {
  await relay.server.close();
  await rm(folder, { recursive: true });
});

const ask = (path: string, method = 'GET', headers: Record<string, string> = {}, body = ''): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { host, port } = relay.server.endpoints.http;
    const asked = request({ host, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });

describe('the app', () => {
  test('can be compared by one hash, the same that is computed from the files of a build', async () => {
    const reply = await ask(VERSION_PATH);
    expect(reply.status).toBe(200);
    expect(parseVersion(JSON.parse(reply.body.toString()))).toBe(appHash(join(folder, 'app')));
    expect((await ask(VERSION_PATH, 'POST')).status).toBe(405);
  });

  test('is there, under a policy without anything inline', async () => {
    const { status, headers, body } = await ask('/');
    expect([status, body.toString(), headers['content-type']]).toEqual([200, INDEX, 'text/html; charset=utf-8']);
    expect(headers['cache-control']).toBe('no-cache');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*(?!(;|$| |:))/);
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['permissions-policy']).toContain('geolocation=()');
    expect(String(headers['permissions-policy']).split(', ')).toContain('camera=(self)');
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });

  test('comes compressed to whoever can read that', async () => {
    const { headers, body } = await ask('/', 'GET', { 'accept-encoding': 'gzip, br;q=0.9' });
    expect(headers['content-encoding']).toBe('br');
    expect(body).toEqual(brotliCompressSync(INDEX));
    for (const accepts of ['gzip', 'br;q=0', 'brr']) {
      expect((await ask('/', 'GET', { 'accept-encoding': accepts })).headers['content-encoding']).toBeUndefined();
    }
  });

  test('is kept for ever where the name has the hash, and asked about elsewhere', async () => {
    const asset = await ask('/assets/main-B1a_c3D4.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await ask('/service.worker.js')).headers['cache-control']).toBe('no-cache');
    const { headers } = await ask('/');
    const again = await ask('/', 'GET', { 'if-none-match': String(headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  test('HEAD has no body', async () => {
    const { status, headers, body } = await ask('/', 'HEAD');
    expect([status, headers['content-length'], body.length]).toEqual([200, String(INDEX.length), 0]);
  });

  test.each([
    '/search',
    '/index.html.br',
    '/index.html',
    '/assets/main-B1a_c3D4.js.map',
    '/assets',
    '/assets/',
    '',
    '//',
  ])('%j is nothing', async (path) => {
    expect((await ask(path === '' ? '/x' : path)).status).toBe(404);
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/..\\secret.txt',
    '/\0',
  ])('no path leads out of the folder: %j', async (path) => {
    const reply = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(reply).not.toContain('secret\n');
    expect(reply).toMatch(/^(HTTP\/1\.1 4|$)/);
  });
});

/** What the server answers to exactly these bytes. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const { host, port } = relay.server.endpoints.http;
    const socket = connect(port, host, () => socket.end(bytes));
    let reply = '';
    socket.on('data', (chunk) => {
      reply += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(reply));
  });

describe('methods and bodies', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s changes nothing', async (method) => {
    const { status, headers } = await ask('/', method);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await ask('/healthz', method)).status).toBe(405);
  });

  test('a body that is announced or sent too large is refused', async () => {
    expect((await ask('/connect', 'POST', { 'content-length': '5000' }, 'x'.repeat(5_000))).status).toBe(413);
    expect((await ask('/connect', 'POST', { 'transfer-encoding': 'chunked' }, 'x'.repeat(5_000))).status).toBe(413);
  });

  test('what is no HTTP is hung up on', async () => {
    expect(await raw('\x16\x03\x01nonsense\r\n\r\n')).not.toContain('200');
  });
});

describe('the discovery document', () => {
  test('says where links are, under the name that the client used', async () => {
    const { status, headers, body } = await ask('/.well-known/terminfunk.json', 'GET', { host: 'relay.example:8080' });
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    const document = JSON.parse(body.toString());
    expect(document).toMatchObject({ version: 1, address: TEST_ADDRESS, websocket: 'ws://relay.example:8080/link' });
    expect(document.webtransport.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/link$/);
    const decoded = decodeDiscovery(document);
    expect(decoded.ok && decoded.value.webtransport?.certificateHashes[0]?.length).toBe(32);
  });

  test.each(['a b', 'x/y', 'x@y', '"><script>'])('a Host of %j is refused', async (host) => {
    expect((await ask('/.well-known/terminfunk.json', 'GET', { host })).status).toBe(400);
  });
});

describe('tokens', () => {
  test('are for the own app, for allowed apps and for programs', async () => {
    const own = `http://${relay.server.endpoints.http.host}:${relay.server.endpoints.http.port}`;
    const byOwn = await ask('/connect', 'POST', { origin: own });
    expect([byOwn.status, byOwn.headers['access-control-allow-origin']]).toEqual([200, own]);
    expect(JSON.parse(byOwn.body.toString()).token).toMatch(/^[\w-]{22}$/);
    const byOther = await ask('/connect', 'POST', { origin: 'https://other.example' });
    expect([byOther.status, byOther.headers['access-control-allow-origin']]).toEqual([200, 'https://other.example']);
    expect((await ask('/connect', 'POST')).status).toBe(200);
  });

  test.each(['https://evil.example', 'null', 'http://other.example'])('are not for %s', async (origin) => {
    const { status, headers } = await ask('/connect', 'POST', { origin });
    expect([status, headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect((await ask('/.well-known/terminfunk.json', 'GET', { origin })).status).toBe(403);
  });

  test('are not for GET, and a browser is told so beforehand', async () => {
    expect((await ask('/connect')).status).toBe(405);
    const { status, headers } = await ask('/connect', 'OPTIONS', { origin: 'https://other.example' });
    expect([status, headers['access-control-allow-methods']]).toEqual([204, 'POST']);
  });

  test('are limited for each address, whatever it says of itself', async () => {
    let last: Reply | undefined;
    for (let count = 0; count < 8; count += 1)
      last = await ask('/connect', 'POST', { 'x-forwarded-for': `10.0.0.${count}` });
    expect([last?.status, last?.headers['retry-after']]).toEqual([429, '10']);
    expect(JSON.parse(String(last?.body))).toEqual({ code: 'rate-limited' });
  });
});

describe('health and metrics', () => {
  test('are there for this machine', async () => {
    expect((await ask('/healthz')).body.toString()).toBe('ok\n');
    expect((await ask('/metrics')).body.toString()).toBe('terminfunk_test 1\n');
  });

  test.each([{ 'x-forwarded-for': '192.0.2.1' }, { forwarded: 'for=192.0.2.1' }, { via: '1.1 proxy' }])(
    'metrics are not for whom a proxy brings: %j',
    async (headers) => {
      expect((await ask('/metrics', 'GET', headers)).status).toBe(404);
    },
  );
});
