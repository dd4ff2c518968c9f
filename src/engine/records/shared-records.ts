import { ok, type Result } from '#core/result.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import type { RecordIntake } from '#engine/records/record-intake.ts';

/**
 * Records that a person brought, in a link (docs/protocol/shared-slot.md): judged exactly like those that come over one
 * (record-intake.ts).
 */
type TakeShared = Extract<Command, { kind: 'take-shared' }>;

/** Where something newer is known that is what counts, and the person sees what became of the slot. */
const unlessNewerIsKnown = (verdict: Result<unknown>): Result<string> =>
  verdict.ok || verdict.code === 'superseded' ? ok('') : verdict;

export const takeShared = (
  records: RecordIntake,
  { announce, identity }: TakeShared,
  reply: (result: CommandReply) => void,
): void => {
  const takeOffer = (): void =>
    records.offerRecord(undefined, announce, (_, verdict) => reply(unlessNewerIsKnown(verdict)));
  if (identity === undefined) return takeOffer();
  records.identity(identity, (_, verdict) => {
    const taken = unlessNewerIsKnown(verdict);
    if (taken.ok) takeOffer();
    else reply(taken);
  });
};
