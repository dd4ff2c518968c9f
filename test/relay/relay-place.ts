/** Real relay servers in this process, and what their accepted links heard. */

import type { LinkClock } from '#adapters/framing/link-clock.ts';
import type { NodeAddress } from '#core/brand.ts';
import type { Link } from '#ports/transport.ts';
import { parseConfig, type RelayConfig } from '#relay/config/config.ts';
import { type RelayServer, startRelayServer } from '#relay/serve.ts';
import type { Opened } from '#test/contracts/transport.ts';
import { createHeard } from '#test/contracts/transport-peer.ts';
import { createHandover } from '#test/relay/raw-relay.ts';

export const TEST_ADDRESS = '00112233445566778899aabbccddeeff' as NodeAddress;

/** The configuration that these lines of JSON give. */
export const testConfig = (json: object = {}): RelayConfig => {
  const limits = { links: 10_000, linksPerAddress: 10_000, connectsPerMinute: 100_000 };
  const text = JSON.stringify({ port: 0, app: '/nowhere', allowedOrigins: ['*'], limits, ...json });
  const config = parseConfig(text, {}, { file: '/nowhere', working: '/nowhere' });
  if (!config.ok) throw new Error(config.code.join('\n'));
  return config.value;
};

export interface TestRelay {
  readonly server: RelayServer;
  readonly notices: readonly string[];
  /** The next link that it accepted. */
  next(): Promise<Opened>;
}

export const startTestRelay = async (config = testConfig(), linkClock?: LinkClock): Promise<TestRelay> => {
  const accepted = createHandover<Opened>();
  const notices: string[] = [];
  const server = await startRelayServer(config, {
    identityAddress: TEST_ADDRESS,
    metricsText: async () => 'terminfunk_test 1\n',
    onNotice: (text) => void notices.push(text),
    accept: (link: Link) => {
      const heard = createHeard();
      accepted.put({ link, heard });
      return heard.handlers;
    },
    ...(linkClock ? { linkClock } : {}),
  });
  return { server, notices, next: accepted.take };
};
