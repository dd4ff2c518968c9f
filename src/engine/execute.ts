import { ok } from '#core/result.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import type { Parts } from '#engine/parts.ts';
import { takeShared } from '#engine/records/shared-records.ts';

/** Who does what a person, or a program beside the engine, wants: patients' and practices' parts, and the mesh. */
export const execute = (parts: Parts, command: Command, reply: (result: CommandReply) => void): void => {
  switch (command.kind) {
    case 'reserve':
      return parts.patient.reserve(command, reply);
    case 'cancel':
    case 'forget-request':
    case 'show-request':
    case 'wish':
    case 'reorder-wishes':
    case 'drop-wish':
      return reply(executePatient(parts, command));
    case 'bring-bundle':
      return reply(parts.bundles.bring(command.bundle));
    case 'post-pick-up':
    case 'look-in':
    case 'adopt-request':
    case 'forget-guests':
      return reply(executePickUp(parts, command));
    case 'take-shared':
      return takeShared(parts.records, command, reply);
    case 'send':
    case 'broadcast':
    case 'trace':
    case 'attend':
    case 'resume':
    case 'find-nodes':
    case 'ask-slots':
    case 'assign':
    case 'assignment-failed':
      return executeMesh(parts, command, reply);
    default:
      return reply(executePractice(parts, command));
  }
};

type PatientCommand = Extract<
  Command,
  { kind: 'cancel' | 'forget-request' | 'show-request' | 'wish' | 'reorder-wishes' | 'drop-wish' }
>;

const executePatient = ({ patient, wishes }: Parts, command: PatientCommand): CommandReply => {
  switch (command.kind) {
    case 'cancel':
      return patient.cancel(command.requestId);
    case 'forget-request':
      return patient.forget(command.requestId);
    case 'show-request':
      return patient.show(command.requestId);
    case 'wish':
      return wishes.wish(command);
    case 'reorder-wishes':
      return wishes.reorder(command.order);
    case 'drop-wish':
      return wishes.drop(command.requestId);
  }
};

type PracticeCommand = Exclude<
  Command,
  PatientCommand | PickUpCommand | MeshCommand | { kind: 'reserve' | 'take-shared' | 'bring-bundle' }
>;

const executePractice = (parts: Parts, command: PracticeCommand): CommandReply => {
  const { identity, offers, calendar, inbox, blocked, held } = parts;
  switch (command.kind) {
    case 'adopt-identity':
      return identity.adopt(command.key, command.publicKey, command.restore);
    case 'save-profile':
      return identity.saveProfile(command.profile);
    case 'import-credential':
      return identity.importCredential(command.credential);
    case 'take-backup':
      return parts.backup.take(command.content);
    case 'save-offer':
      return calendar.after(offers.saveOffer(command.offer));
    case 'add-slots':
      return offers.addSlots(command.offer, command.starts);
    case 'withdraw-offer':
      return calendar.after(offers.withdrawOffer(command.offer));
    case 'change-calendar':
      return calendar.change(command.change);
    case 'confirm':
    case 'reject':
    case 'call-off':
    case 'withdraw-slot':
      return held.perform(command);
    case 'acknowledge':
      return inbox.acknowledge(command.requestId);
    case 'block':
      return blocked.block(command.requestId, inbox);
    case 'unblock':
      return blocked.unblock(command.sender);
    case 'forget-statistics':
      return parts.tally.forget();
    case 'hold':
      return held.hold(command.decision);
    case 'undo':
      return held.undo(command.id);
  }
};

type PickUpCommand = Extract<Command, { kind: 'post-pick-up' | 'look-in' | 'adopt-request' | 'forget-guests' }>;

/** Requests under a code: asked at a kiosk, read wherever the code is. */
const executePickUp = ({ pickUps, patient }: Parts, command: PickUpCommand): CommandReply => {
  switch (command.kind) {
    case 'post-pick-up':
      return pickUps.post(command);
    case 'look-in':
      pickUps.look(command.bucket);
      return ok('');
    case 'adopt-request':
      return patient.adopt(command);
    case 'forget-guests':
      pickUps.forget();
      patient.forgetGuests();
      return ok('');
  }
};

type MeshCommand = Extract<
  Command,
  {
    kind:
      | 'send'
      | 'broadcast'
      | 'trace'
      | 'attend'
      | 'resume'
      | 'find-nodes'
      | 'ask-slots'
      | 'assign'
      | 'assignment-failed';
  }
>;

/** What programs and strategies ask of the mesh. */
const executeMesh = (
  { mesh, capable, queries, topology, pulse }: Parts,
  command: MeshCommand,
  reply: (result: CommandReply) => void,
): void => {
  switch (command.kind) {
    case 'send':
      return mesh.messages.send(command.destination, command.body, reply);
    case 'broadcast':
      return mesh.messages.broadcast(command.body, reply);
    case 'attend':
      topology.attend();
      return reply(ok(''));
    case 'resume':
      topology.attend();
      pulse.prove();
      return reply(ok(''));
    case 'find-nodes':
      return reply(capable.ask(command));
    case 'ask-slots': {
      const asked = queries.ask(command.question);
      return reply(asked.ok ? ok(String(asked.value)) : asked);
    }
    case 'assign':
      return mesh.assignments.issue(command, reply);
    case 'assignment-failed':
      mesh.assignments.failed(command.origin);
      return reply(ok(''));
    case 'trace':
      return reply(ok(mesh.probes.trace(command.target)));
  }
};
