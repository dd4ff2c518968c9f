import type { Bucket, Millis, SessionName } from '#core/brand.ts';
import { fromHex } from '#core/bytes/hex.ts';
import {
  openTicket,
  type PickUpNames,
  pickUpNames,
  ROOT_BYTES,
  SALT_BYTES,
  sealPickUpRequest,
  sealTicket,
  TICKET_OVERHEAD,
} from '#core/crypto/pick-up.ts';
import { requestDeadline } from '#core/domain/deadline.ts';
import { normaliseVermittlungscode } from '#core/domain/vermittlungscode.ts';
import { fromWireMinute, toWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { BUNDLE_CLASSES, BUNDLE_HEADER_BYTES, decodeBundle, paddedInner } from '#core/wire/bundle.ts';
import { removalSecret } from '#core/wire/removal-secret.ts';
import { encodeReserve, reserveContentLength } from '#core/wire/reserve.ts';
import { decodeTicket, encodeTicket, type Ticket, ticketStart } from '#core/wire/ticket.ts';
import type { AdoptedRequest, Command, CommandReply } from '#engine/command.ts';
import { reservable } from '#engine/fapp/reservable.ts';
import type { Views } from '#engine/views.ts';
import { encodeDisplay, toRequestView } from '#host/node/practice-views.ts';
import type { SlotViews } from '#host/node/slot-views.ts';
import type { NodeApi } from '#host/rpc/api.ts';
import type { Clock } from '#ports/clock.ts';
import type { Crypto, ResumedRequest } from '#ports/crypto.ts';
import type { Rng } from '#ports/rng.ts';

/**
 * Requests under a pick-up code (docs/protocol/pick-up.md): sealed here, where the code's root is for the moment of the
 * call, so that neither the engine, nor its store, nor the key store of the device where somebody asks ever has a key of it.
 */
export interface PickUpParts {
  readonly run: (command: Command) => Promise<CommandReply>;
  readonly views: Views;
  readonly slots: SlotViews;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Rng;
}

const TICKET_LENGTH = BUNDLE_CLASSES[3] - BUNDLE_HEADER_BYTES - TICKET_OVERHEAD;

export type PickUpCalls = Pick<NodeApi, 'reserveWithCode' | 'pickUp' | 'forgetGuests'>;

export const createPickUpCalls = (parts: PickUpParts): PickUpCalls => ({
  reserveWithCode: (input) => reserveWithCode(parts, input),
  pickUp: ({ root, guest }) => pickUp(parts, root, guest),
  forgetGuests: async () => {
    const reply = await parts.run({ kind: 'forget-guests' });
    return reply.ok ? ok(null) : reply;
  },
});

type CodedInput = Parameters<PickUpCalls['reserveWithCode']>[0];

interface Sealed {
  readonly deadline: Millis;
  readonly request: Uint8Array;
  readonly ticket: Uint8Array;
}

/** The request and its ticket, each as the body of a bundle. */
const seal = ({ views, clock, random }: PickUpParts, input: CodedInput, names: PickUpNames): Result<Sealed> => {
  const { root, ref } = input;
  const now = clock.now();
  const content = {
    name: input.pseudonym.trim(),
    code: normaliseVermittlungscode(input.code),
    text: input.text.trim(),
  };
  const known = views.offer(ref.practice, ref.offer)?.announce;
  const found = reservable(now, { ...ref, code: content.code }, known, views.identity(ref.practice));
  if (!found.ok) return found;
  const { announce, prekey } = found.value;
  const [start, deadline] = [toWireMinute(ref.start), requestDeadline(now, ref.start)];
  const reserve = {
    kind: 'reserve',
    offer: ref.offer,
    start,
    epoch: announce.epoch,
    counter: announce.counter,
    requestId: fromHex(names.requestId) ?? new Uint8Array(8),
    pseudonymId: names.pseudonymId,
    replyBucket: names.replyBucket,
    removalSeed: names.removalSeed,
    deadline: toWireMinute(deadline),
    ...content,
  } as const;
  const payload = encodeReserve(reserve, paddedInner('handshake', reserveContentLength(content), 'uniform'));
  if (!payload.ok) return payload;
  const practice = fromHex(ref.practice) ?? new Uint8Array(16);
  const salt = random.bytes(SALT_BYTES);
  const written = sealPickUpRequest(root, { salt, practice, prekey, payload: payload.value });
  if (!written.ok) return written;
  const { message, handshake } = written.value;
  const meant = { ...announce, starts: [start] };
  const ticket = encodeTicket(
    {
      kind: 'ticket',
      handshake,
      asked: toWireMinute(now),
      deadline: reserve.deadline,
      name: content.name,
      announce: meant,
    },
    TICKET_LENGTH,
  );
  return ticket.ok ? ok({ deadline, request: message, ticket: sealTicket(root, salt, ticket.value) }) : ticket;
};

const reserveWithCode = async (parts: PickUpParts, input: CodedInput): ReturnType<PickUpCalls['reserveWithCode']> => {
  if (input.root.length !== ROOT_BYTES) return refuse('malformed');
  const names = pickUpNames(input.root);
  const { requestId } = names;
  // A second tap: what waits here is this very request.
  if ([...parts.views.outbox()].some(({ owner }) => owner === `request:${requestId}`)) return ok({ requestId });
  const sealed = seal(parts, input, names);
  if (!sealed.ok) return sealed;
  const { deadline, request, ticket } = sealed.value;
  const bucket = Number.parseInt(input.ref.practice.slice(0, 2), 16) as Bucket;
  const reply = await parts.run({
    kind: 'post-pick-up',
    requestId,
    deadline,
    request: { bucket, body: request, secret: removalSecret(names.removalSeed, 0, 0) },
    ticket: { bucket: names.ticketBucket, body: ticket, secret: names.ticketSecret },
  });
  return reply.ok ? ok({ requestId }) : reply;
};

interface Found {
  readonly ticket: Ticket;
  readonly resumed: ResumedRequest;
}

/** Undefined when none of the bundles was sealed under this code. */
const findTicket = (root: Uint8Array, bundles: Iterable<Uint8Array>): Found | undefined => {
  for (const raw of bundles) {
    const bundle = decodeBundle(raw);
    const opened = bundle.ok ? openTicket(root, bundle.value.body) : undefined;
    const ticket = opened && decodeTicket(opened.content);
    if (opened === undefined || !ticket?.ok) continue;
    return { ticket: ticket.value, resumed: { ephemeral: opened.ephemeral, handshake: ticket.value.handshake } };
  }
  return undefined;
};

const toAdopted = (slots: SlotViews, root: Uint8Array, ticket: Ticket, guest: boolean): AdoptedRequest => {
  const { requestId, replyBucket, removalSeed } = pickUpNames(root);
  const { address, offer, epoch, counter } = ticket.announce;
  const ref = { practice: address, offer, start: ticketStart(ticket) };
  return {
    requestId,
    ...ref,
    epoch,
    counter,
    pseudonym: ticket.name,
    asked: fromWireMinute(ticket.asked),
    deadline: fromWireMinute(ticket.deadline),
    bucket: replyBucket,
    removalSeed,
    guest,
    display: encodeDisplay(slots.announced(ref, ticket.announce)),
  };
};

const pickUp = async (
  { run, views, slots, crypto }: PickUpParts,
  root: Uint8Array,
  guest: boolean,
): ReturnType<PickUpCalls['pickUp']> => {
  if (root.length !== ROOT_BYTES) return refuse('malformed');
  const { requestId, ticketBucket } = pickUpNames(root);
  const view = (): Result<ReturnType<typeof toRequestView>> => {
    const request = views.requests().find((own) => own.requestId === requestId);
    return request === undefined ? refuse('not-found') : ok(toRequestView(request));
  };
  const looked = await run({ kind: 'look-in', bucket: ticketBucket });
  if (!looked.ok) return looked;
  const found = findTicket(root, views.bundlesIn(ticketBucket));
  // On a device that took it over for good, the ticket may be gone already.
  if (found === undefined) return view();
  const adopted = { kind: 'adopt-request', ...toAdopted(slots, root, found.ticket, guest) } as const;
  const first = await run(adopted);
  if (!first.ok) return first;
  const session = `request:${requestId}` as SessionName;
  await crypto.resumeRequest(session, found.resumed);
  // Whoever looked has gone meanwhile.
  if (!view().ok) {
    await crypto.forget([session]);
    return refuse('not-found');
  }
  const again = await run(adopted);
  return again.ok ? view() : again;
};
