import { describe, expect, test } from 'vitest';
import { clientAddress, countedAddress, createTrustedProxies, isLoopback } from '#relay/limits/remote-address.ts';

const trust = (...ranges: string[]) => createTrustedProxies(ranges) ?? expect.fail('not ranges');

describe('the address that counts', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:DB8::6', '2001:db8:0:0::/64'],
    ['2001:0db8:0001::', '2001:db8:1:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    ['', ''],
  ])('of %s is %s', (address, counted) => {
    expect(countedAddress(address)).toBe(counted);
  });
});

describe('behind proxies', () => {
  test.each([
    ['a stranger says what he likes', '192.0.2.7', '10.1.1.1', [], '192.0.2.7'],
    ['a proxy names its client', '127.0.0.1', '192.0.2.7', ['127.0.0.1'], '192.0.2.7'],
    ['in IPv6 clothes', '::ffff:127.0.0.1', '192.0.2.7', ['127.0.0.1'], '192.0.2.7'],
    ['what the client put before is not believed', '127.0.0.1', '1.2.3.4, 192.0.2.7', ['127.0.0.1'], '192.0.2.7'],
    ['a chain of our own', '10.0.0.1', '192.0.2.7, 10.9.9.9', ['10.0.0.0/8'], '192.0.2.7'],
    ['nothing named', '127.0.0.1', undefined, ['127.0.0.1'], '127.0.0.1'],
    ['nonsense named', '127.0.0.1', 'unknown', ['127.0.0.1'], '127.0.0.1'],
    ['IPv6', '::1', '2001:db8::7', ['::1'], '2001:db8::7'],
  ])('%s', (_what, peer, forwarded, ranges, expected) => {
    expect(clientAddress(peer, forwarded, trust(...ranges))).toBe(expected);
  });

  test.each(['', 'localhost', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/x'])(
    '%j is no address and no range',
    (range) => {
      expect(createTrustedProxies([range])).toBeUndefined();
    },
  );
});

test('what is local', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].map(isLoopback)).toEqual([true, true, true, true]);
  expect(['128.0.0.1', '10.0.0.1', '::2', '', '127.evil'].map(isLoopback)).toEqual([false, false, false, false, false]);
});
