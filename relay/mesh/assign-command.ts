import { parseArgs } from 'node:util';
import { fetchDiscovery } from '#adapters/dialing/discovery.ts';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { isAssignable } from '#core/wire/assignment.ts';
import type { AssignmentOrder } from '#engine/command.ts';
import { MAX_ASSIGNED_FOR } from '#engine/discovery/assignments.ts';
import { isAddress } from '#host/node/mesh-calls.ts';
import { toOrigin } from '#host/node/relay-list.ts';
import { parseAssignReply, toAssignRequest } from '#relay/control/assign.ts';
import { askControlSocket } from '#relay/control/control-socket.ts';
import type { Console } from '#relay/registrar/registrar-command.ts';

/** `assign` on the command line: the relay that runs here tells another node to which relay it should link itself. */
const USAGE = `terminfunk relay assign NODE ORIGIN [--for HOURS] [--relay ADDRESS] [--data FOLDER]
  NODE             who is to link itself: its address, 32 hex digits
  ORIGIN           to which relay, such as https://relay.example.org
  --for HOURS      for how long it holds, 1 to 168; 24 unless given
  --relay ADDRESS  who must answer there; unless given, ORIGIN is asked now
  --data FOLDER    the data folder of the relay that runs here and assigns; "data" unless given`;

const MAX_HOURS = MAX_ASSIGNED_FOR / HOUR;
/** A relay that runs answers sooner, in milliseconds. */
const PATIENCE_MS = 5_000;

interface Asked extends Omit<AssignmentOrder, 'relay' | 'expires'> {
  readonly relay: NodeAddress | undefined;
  readonly hours: number;
  readonly data: string;
}

const notAddress = (text: string): string => `${text} is no address: one has 32 hex digits.`;

const readWords = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: { for: { type: 'string' }, relay: { type: 'string' }, data: { type: 'string' } },
    allowPositionals: true,
  });

/** What is asked for, or what is wrong with it. */
const readOptions = (args: readonly string[]): Asked | string => {
  let words: ReturnType<typeof readWords>;
  try {
    words = readWords(args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values, positionals } = words;
  const [node, origin] = [positionals[0]?.toLowerCase(), toOrigin(positionals[1] ?? '')];
  const relay = values.relay?.toLowerCase();
  const hours = Number(values.for ?? '24');
  if (node === undefined || positionals.length !== 2) return USAGE;
  if (!isAddress(node)) return notAddress(node);
  if (origin === undefined || !isAssignable(origin)) {
    return `${positionals[1]}: an origin such as https://relay.example.org, without a path; plain http leads to this machine only.`;
  }
  if (!Number.isInteger(hours) || hours < 1 || hours > MAX_HOURS) {
    return `--for ${values.for}: a whole number of hours from 1 to ${MAX_HOURS}`;
  }
  if (relay !== undefined && !isAddress(relay)) return notAddress(relay);
  return { node, origin, relay, hours, data: values.data ?? 'data' };
};

const whoAnswersAt = async (origin: string): Promise<NodeAddress | undefined> => {
  const discovery = await fetchDiscovery(origin, (url, init) => fetch(url, init), AbortSignal.timeout(PATIENCE_MS));
  return discovery.ok ? discovery.value.address : undefined;
};

/** 0: the node has it. 1: not yet, or the relay is not there or refuses. 2: the command cannot be understood. */
export const runAssignCommand = async (args: readonly string[], { say, complain }: Console): Promise<number> => {
  const fail = (text: string, status = 1): number => {
    complain(text);
    return status;
  };
  const asked = readOptions(args);
  if (typeof asked === 'string') return fail(asked, 2);
  const { node, origin, data } = asked;
  const relay = asked.relay ?? (await whoAnswersAt(origin));
  if (relay === undefined)
    return fail(`${origin} is not to be reached: does a relay run there? --relay says who it is.`);
  if (relay === node) return fail(`${origin} is ${node} itself: nothing to link.`);
  const expires = (Date.now() + asked.hours * HOUR) as Millis;
  const answer = await askControlSocket(data, toAssignRequest({ node, origin, relay, expires }));
  if (!answer.ok && answer.code === 'unreachable') {
    return fail(`No relay runs on the data folder ${data}, or it is somebody else's: --data says which.`);
  }
  const reply = answer.ok ? parseAssignReply(answer.value) : undefined;
  if (reply === undefined) return fail('The relay answered something that this version does not understand.');
  if (!reply.ok) return fail(`The relay refused: ${reply.code}.`);
  say(`${node} is to link itself to ${relay} at ${origin} until ${new Date(expires).toISOString()}.`);
  if (reply.phase === 'delivered') return 0;
  return fail(
    'It has not said yet that it will: it is away, or does not take this from here ' +
      '("operators" in its configuration). This relay goes on trying for 24 hours.',
  );
};
