import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { createAdmission } from '#relay/limits/admission.ts';
import { createCertificate, RENEW_AFTER_MS } from '#relay/webtransport/certificate.ts';
import { findFreeUdpPort } from '#relay/webtransport/free-port.ts';
import { loadNative, type NativeClient, type NativeSession } from '#relay/webtransport/native.ts';
import { createWebTransportListener } from '#relay/webtransport/webtransport-listener.ts';
import { createHeard, type Heard } from '#test/contracts/transport-peer.ts';
import { createHandover } from '#test/relay/raw-relay.ts';

const loaded = loadNative();
if (!loaded.ok) throw new Error(loaded.reason);
const { native } = loaded;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const startListener = async (
  ports: readonly number[] = [],
  limits: Partial<Parameters<typeof createAdmission>[0]> = {},
) => {
  let now = Date.now();
  const notices: string[] = [];
  const accepted = createHandover<Heard>();
  const full = { links: 10, linksPerAddress: 10, connectsPerMinute: 1_000, ...limits };
  const admission = createAdmission(full, () => performance.now() as Millis);
  const listener = createWebTransportListener({
    native,
    host: '127.0.0.1',
    ports,
    admission,
    now: () => now,
    onNotice: (text) => void notices.push(text),
  });
  await listener.listen(() => {
    const heard = createHeard();
    accepted.put(heard);
    return heard.handlers;
  });
  closing.push(listener.close);
  const mint = (): string => {
    const minted = admission.mint('192.0.2.7');
    return minted.ok ? minted.value : expect.fail(minted.code);
  };
  // The library ends sessions and streams that nobody holds on to, whenever the collector finds them.
  const clients: NativeClient[] = [];
  const streams: unknown[] = [];
  const connect = (path = `link/${mint()}`, endpoint = listener.endpoint()): Promise<NativeSession> => {
    const client = native.NapiClient.withCertificateHashes([...endpoint.certificateHashes]);
    clients.push(client);
    return client.connect(`https://127.0.0.1:${endpoint.port}/${path}`);
  };
  /** Opens a link's stream with these bytes. */
  const open = async (session: NativeSession, bytes: readonly number[] = [0]) => {
    const stream = await session.openBi();
    const sender = stream.takeSend();
    await sender.write(Buffer.from(bytes));
    const receiver = stream.takeRecv();
    streams.push(session, stream, sender, receiver);
    return { sender, receiver, heard: await accepted.take() };
  };
  const pass = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { listener, notices, admission, connect, open, mint, pass };
};

describe('who gets in', () => {
  test('whoever shows a token, once', async () => {
    const { connect, open, mint } = await startListener();
    const token = mint();
    const { heard } = await open(await connect(`link/${token}`), [1, 7]);
    expect(await heard.received(1)).toEqual([Uint8Array.of(7)]);
    await expect(connect(`link/${token}`)).rejects.toThrow();
  });

  test.each(['', 'link', 'link/', 'link/made-up-token-of-mine', 'other/x', 'link/a/b'])(
    'nobody with the path /%s',
    async (path) => {
      const { connect, admission } = await startListener();
      await expect(connect(path)).rejects.toThrow();
      expect(admission.links()).toBe(0);
    },
  );

  test('nobody more than there is room for, until somebody leaves', async () => {
    const { connect, open, mint, admission } = await startListener([], { linksPerAddress: 1 });
    const [first, second, third] = [mint(), mint(), mint()];
    const session = await connect(`link/${first}`);
    const { heard } = await open(session);
    expect(admission.links()).toBe(1);
    await expect(connect(`link/${second}`)).rejects.toThrow();
    expect(admission.links()).toBe(1);
    session.close(0, '');
    await heard.ended();
    await expect.poll(() => admission.links()).toBe(0);
    await open(await connect(`link/${third}`));
  });
});

describe('what a link may not do', () => {
  test('open a second stream', async () => {
    const { connect, open } = await startListener();
    const session = await connect();
    const { heard } = await open(session);
    const stray = (await session.openBi()).takeSend();
    await stray.write(Buffer.of(1)).catch(() => undefined);
    expect(await heard.ended()).toBe('protocol-violation');
    expect((await session.closed()).closeCode).toBe(3);
  });

  test('send datagrams', async () => {
    const { connect, open } = await startListener();
    const session = await connect();
    const { heard } = await open(session);
    Reflect.get(session, 'sendDatagram').call(session, Buffer.of(1));
    expect(await heard.ended()).toBe('protocol-violation');
  });
});

describe('certificates', () => {
  test('are what browsers accept by their hash', async () => {
    const now = Date.now();
    const { certificatePem, hash } = await createCertificate(now);
    const certificate = new X509Certificate(certificatePem);
    const from = Date.parse(certificate.validFrom);
    const to = Date.parse(certificate.validTo);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(to - from).toBeLessThanOrEqual(13 * DAY);
    expect(from).toBeLessThan(now);
    expect(to).toBeGreaterThan(now + 12 * DAY);
    expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(hash.toString('hex'));
  });

  test('are renewed before the tenth day on another port, while old links go on', async () => {
    const ports = [await findFreeUdpPort('127.0.0.1'), await findFreeUdpPort('127.0.0.1')];
    const { listener, connect, open, pass } = await startListener(ports);
    const old = listener.endpoint();
    const before = await open(await connect());
    pass(RENEW_AFTER_MS - 1);
    await listener.renewIfDue();
    expect(listener.endpoint()).toEqual(old);
    pass(1);
    await listener.renewIfDue();
    const fresh = listener.endpoint();
    expect([old.port, fresh.port].sort()).toEqual([...ports].sort());
    expect(fresh.certificateHashes).not.toEqual(old.certificateHashes);
    const after = await open(await connect(), [1, 5]);
    expect(await after.heard.received(1)).toEqual([Uint8Array.of(5)]);
    await before.sender.write(Buffer.of(1, 6));
    expect(await before.heard.received(1)).toEqual([Uint8Array.of(6)]);
    await expect(connect(undefined, old)).rejects.toThrow();
  });

  test('stay when no other port can be bound, and the operator hears of it', async () => {
    const [one, other] = [await findFreeUdpPort('127.0.0.1'), await findFreeUdpPort('127.0.0.1')];
    const holder = await startListener([other]);
    const { listener, notices, pass } = await startListener([one, other]);
    const old = listener.endpoint();
    pass(RENEW_AFTER_MS);
    await listener.renewIfDue();
    expect(listener.endpoint()).toEqual(old);
    expect(notices[0]).toContain('keeps its old certificate');
    void holder;
  });
});

test('closing ends every link with the reason, and does not hang', async () => {
  const { listener, connect, open } = await startListener();
  const { heard } = await open(await connect());
  closing.pop();
  await listener.close();
  expect(heard.ends).toEqual(['shutting-down']);
});
