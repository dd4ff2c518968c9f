import type { Result } from '#core/result.ts';
import { type Ack, decodeAck, encodeAck } from '#core/wire/ack.ts';
import { type Announce, decodeAnnounce, encodeAnnounce } from '#core/wire/announce.ts';
import {
  type Answer,
  decodeAnswer,
  encodeCallOff,
  encodeCancel,
  encodeConfirm,
  encodeReject,
} from '#core/wire/answer.ts';
import { type Assignment, decodeAssignment, encodeAssignment } from '#core/wire/assignment.ts';
import { type Beacon, decodeBeacon, encodeBeacon } from '#core/wire/beacon.ts';
import { type Bins, decodeBins, encodeBins } from '#core/wire/bins.ts';
import { type Bundle, decodeBundle, encodeBundle } from '#core/wire/bundle.ts';
import { type CapabilityAnswer, decodeCapabilityAnswer, encodeCapabilityAnswer } from '#core/wire/capability-answer.ts';
import { type CapabilityQuery, decodeCapabilityQuery, encodeCapabilityQuery } from '#core/wire/capability-query.ts';
import { type Credential, decodeCredential, encodeCredential } from '#core/wire/credential.ts';
import { type Custody, decodeCustody, encodeCustody } from '#core/wire/custody.ts';
import { type Delivered, decodeDelivered, encodeDelivered } from '#core/wire/delivered.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope } from '#core/wire/envelope.ts';
import { decodeEstimate, type Estimate, encodeEstimate } from '#core/wire/estimate.ts';
import { decodeHandOver, encodeHandOver, type HandOver } from '#core/wire/hand-over.ts';
import { decodeHello, encodeHello, type Hello } from '#core/wire/hello.ts';
import { decodeIdentity, encodeIdentity, type IdentityRecord } from '#core/wire/identity.ts';
import { decodeIds, encodeIds, type Ids } from '#core/wire/ids.ts';
import { decodeListen, encodeListen, type Listen } from '#core/wire/listen.ts';
import { decodeMessage, encodeMessage, type Message } from '#core/wire/message.ts';
import { decodeMore, encodeMore, type More } from '#core/wire/more.ts';
import { decodeNodeAnnounce, encodeNodeAnnounce, type NodeAnnounce } from '#core/wire/node-announce.ts';
import { decodePick, encodePick, type Pick } from '#core/wire/pick.ts';
import { decodePing, encodePing, type Ping } from '#core/wire/ping.ts';
import { decodeProbe, encodeProbe, type Probe } from '#core/wire/probe.ts';
import { decodeQuery, encodeQuery, type SlotQuery } from '#core/wire/query.ts';
import { decodeReceipt, encodeReceipt, type Receipt } from '#core/wire/receipt.ts';
import { decodeRefused, encodeRefused, type Refused } from '#core/wire/refused.ts';
import { decodeRemoval, encodeRemoval, type Removal } from '#core/wire/removal.ts';
import { decodeReserve, encodeReserve, type Reserve } from '#core/wire/reserve.ts';
import { decodeResponse, encodeResponse, type SlotResponse } from '#core/wire/response.ts';
import { decodeRevocations, encodeRevocations, type RevocationList } from '#core/wire/revocations.ts';
import { decodeRouted, encodeRouted, type Routed } from '#core/wire/routed.ts';
import { decodeSharedSlot, encodeSharedSlot, type SharedSlot } from '#core/wire/shared-slot.ts';
import { type Signed, withSignature } from '#core/wire/signed.ts';
import { decodeSummary, encodeSummary, type Summary } from '#core/wire/summary.ts';
import { decodeSymbols, encodeSymbols, type Symbols } from '#core/wire/symbols.ts';
import { decodeTicket, encodeTicket, type Ticket } from '#core/wire/ticket.ts';
import { decodeTraced, encodeTraced, type Traced } from '#core/wire/traced.ts';
import { decodeWant, encodeWant, type Want } from '#core/wire/want.ts';
import { decodeWithdraw, encodeWithdraw, type Withdraw } from '#core/wire/withdraw.ts';

/** Every codec of the wire with one face, so that vectors and fuzz tests reach all of them. */
export interface Codec {
  readonly name: string;
  readonly decode: (bytes: Uint8Array) => Result<Decoded>;
  /** The bytes of a message again; `length` is that of the padded bytes, for messages that are padded. */
  readonly encode: (decoded: Decoded, length: number | undefined) => Uint8Array;
}

export interface Decoded {
  readonly message: unknown;
  /** Of messages that end with a signature outside their value. */
  readonly signature: Uint8Array | undefined;
}

const must = (result: Result<Uint8Array>): Uint8Array => {
  if (!result.ok) throw new Error(`what was decoded cannot be encoded: ${result.code}`);
  return result.value;
};

const plain = <T>(
  name: string,
  decode: (bytes: Uint8Array) => Result<T>,
  encode: (message: T, length: number | undefined) => Uint8Array,
): Codec => ({
  name,
  decode: (bytes) => {
    const result = decode(bytes);
    return result.ok ? { ok: true, value: { message: result.value, signature: undefined } } : result;
  },
  encode: ({ message }, length) => encode(message as T, length),
});

const signed = <T>(
  name: string,
  decode: (bytes: Uint8Array) => Result<Signed<T>>,
  encode: (message: T) => Uint8Array,
): Codec => ({
  name,
  decode: (bytes) => {
    const result = decode(bytes);
    return result.ok
      ? { ok: true, value: { message: result.value.message, signature: result.value.signature } }
      : result;
  },
  encode: ({ message, signature }) => withSignature(encode(message as T), signature ?? new Uint8Array(64)),
});

const encodeAnswer = (answer: Answer, length = 300): Uint8Array => {
  if (answer.kind === 'confirm') return must(encodeConfirm(answer, length));
  if (answer.kind === 'call-off') return must(encodeCallOff(answer, length));
  return answer.kind === 'reject' ? encodeReject(answer, length) : encodeCancel(answer, length);
};

export const CODECS: readonly Codec[] = [
  signed<Announce>('announce', decodeAnnounce, (message) => must(encodeAnnounce(message))),
  signed<Withdraw>('withdraw', decodeWithdraw, encodeWithdraw),
  signed<IdentityRecord>('identity', decodeIdentity, (message) => must(encodeIdentity(message))),
  signed<Credential>('credential', decodeCredential, (message) => must(encodeCredential(message))),
  signed<RevocationList>('revocations', decodeRevocations, encodeRevocations),
  plain<Bundle>('bundle', decodeBundle, encodeBundle),
  plain<Removal>('removal', decodeRemoval, encodeRemoval),
  plain<SlotQuery>('query', decodeQuery, (message) => must(encodeQuery(message))),
  plain<SlotResponse>('response', decodeResponse, (message) => must(encodeResponse(message))),
  plain<Envelope>('envelope', decodeEnvelope, encodeEnvelope),
  plain<Custody>('custody', decodeCustody, encodeCustody),
  plain<NodeAnnounce>('node', decodeNodeAnnounce, encodeNodeAnnounce),
  plain<Message>('message', decodeMessage, encodeMessage),
  plain<Delivered>('delivered', decodeDelivered, encodeDelivered),
  plain<Assignment>('assignment', decodeAssignment, encodeAssignment),
  plain<CapabilityQuery>('capabilityQuery', decodeCapabilityQuery, encodeCapabilityQuery),
  plain<CapabilityAnswer>('capabilityAnswer', decodeCapabilityAnswer, encodeCapabilityAnswer),
  plain<Probe>('probe', decodeProbe, encodeProbe),
  plain<Traced>('traced', decodeTraced, encodeTraced),
  plain<Routed>('routed', decodeRouted, encodeRouted),
  plain<Ack>('ack', decodeAck, encodeAck),
  plain<Hello>('hello', decodeHello, encodeHello),
  plain<Beacon>('beacon', decodeBeacon, encodeBeacon),
  plain<Bins>('bins', decodeBins, encodeBins),
  plain<Ids>('ids', decodeIds, encodeIds),
  plain<Want>('want', decodeWant, encodeWant),
  plain<Estimate>('estimate', decodeEstimate, encodeEstimate),
  plain<Symbols>('symbols', decodeSymbols, encodeSymbols),
  plain<More>('more', decodeMore, encodeMore),
  plain<Pick>('pick', decodePick, encodePick),
  plain<Summary>('summary', decodeSummary, (message) => must(encodeSummary(message))),
  plain<Listen>('listen', decodeListen, encodeListen),
  plain<Ping>('ping', decodePing, encodePing),
  plain<Refused>('refused', decodeRefused, encodeRefused),
  plain<Reserve>('reserve', decodeReserve, (message, length) => must(encodeReserve(message, length))),
  plain<Receipt>('receipt', decodeReceipt, (message, length) => encodeReceipt(message, length ?? 2)),
  plain<Answer>('answer', decodeAnswer, encodeAnswer),
  plain<SharedSlot>('sharedSlot', decodeSharedSlot, encodeSharedSlot),
  plain<Ticket>('ticket', decodeTicket, (message, length) => must(encodeTicket(message, length))),
  plain<HandOver>('handOver', decodeHandOver, encodeHandOver),
];
