/** What the Crypto contract plays with: names, and a patient and a practice on one device. */
import type { Bucket, KeyName, NodeAddress, SessionName } from '#core/brand.ts';
import { fromHex } from '#core/bytes/hex.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';
import type { Crypto, Opened } from '#ports/crypto.ts';

export const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text);
  if (!bytes) throw new Error(`not hex: ${text}`);
  return bytes;
};
export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
export const key = (name: string): KeyName => name as KeyName;
export const session = (name: string): SessionName => name as SessionName;
export const PRACTICE = '00112233445566778899aabbccddeeff' as NodeAddress;
export const OTHER_PRACTICE = 'ff112233445566778899aabbccddeeff' as NodeAddress;
export const PREKEY = key('prekey:1');
const bucket = 0 as Bucket;

export const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.value;
};
export const refusal = (result: Result<unknown>): RefusalCode | undefined => (result.ok ? undefined : result.code);

export interface Ways {
  readonly prekeys?: readonly { readonly key: KeyName; readonly practice: NodeAddress }[];
  readonly waiting?: readonly SessionName[];
  readonly finished?: readonly SessionName[];
  readonly newSession?: SessionName;
}
export const open = (crypto: Crypto, body: Uint8Array, ways: Ways): Promise<Result<Opened>> =>
  crypto.open({ body, bucket, prekeys: [], waiting: [], finished: [], newSession: session('in'), ...ways });
export const OURS = { prekeys: [{ key: PREKEY, practice: PRACTICE }] };

/** A request that the same device sends to itself: patient `out`, practice `in`. */
export const request = async (crypto: Crypto, payload = text('Guten Tag'), name = session('out')) => {
  const prekey = await crypto.createPrekey(PREKEY);
  return value(await crypto.sealRequest({ session: name, practice: PRACTICE, prekey, payload }));
};

/** A finished session, both ends on this device. */
export const finish = async (crypto: Crypto) => {
  value(await open(crypto, await request(crypto), OURS));
  const receipt = await crypto.sealReceipt(session('in'), text('da'));
  value(await open(crypto, receipt, { waiting: [session('out')] }));
  return receipt;
};

export const HOSTILE_LENGTHS = [0, 1, 15, 16, 17, 31, 32, 47, 48, 49, 64, 200, 65_535, 65_536];
/** u of every point of small order on Curve25519, also unreduced and with the bit that X25519 ignores. */
export const SMALL_ORDER_U = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
];
