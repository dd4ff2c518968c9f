/**
 * The calls of NodeApi as names and shapes, so that they can cross realms: checked at compile time against the interface,
 * and at run time for arity and rough shape. What the fields mean is judged by the node, with refusals.
 */
import type { NodeApi } from '#host/rpc/api.ts';

type Check = (value: unknown) => boolean;
interface CallShape {
  readonly takes: readonly Check[];
  readonly gives: Check;
  /** False for a call that a second leader must not get when the first one may have done it already. */
  readonly repeatable?: (args: readonly unknown[]) => boolean;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const record: Check = isRecord;
const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const list: Check = Array.isArray;
const bytes: Check = (value) => value instanceof Uint8Array;
const nothing: Check = (value) => value === undefined;
const maybeRecord: Check = (value) => value === undefined || isRecord(value);
const result: Check = (value) => isRecord(value) && (value.ok === true || (value.ok === false && text(value.code)));

const CALLS = {
  search: { takes: [record], gives: record },
  freeAreas: { takes: [record], gives: record },
  slot: { takes: [record], gives: maybeRecord },
  shareSlot: { takes: [record], gives: result },
  openShared: { takes: [text], gives: result },
  places: { takes: [text], gives: list },
  reserve: { takes: [record], gives: result },
  cancel: { takes: [text], gives: result },
  forgetRequest: { takes: [text], gives: result },
  requests: { takes: [], gives: list },
  wishes: { takes: [], gives: record },
  addWish: { takes: [record], gives: result },
  reorderWishes: { takes: [list], gives: result },
  dropWish: { takes: [text], gives: result },
  alerts: { takes: [], gives: list },
  keepAlert: { takes: [record], gives: result },
  seeAlert: { takes: [text], gives: result },
  dropAlert: { takes: [text], gives: result },
  restoreAlert: { takes: [text], gives: result },
  // Sealed a second time it could be another request.
  reserveWithCode: { takes: [record], gives: result, repeatable: () => false },
  pickUp: { takes: [record], gives: result },
  forgetGuests: { takes: [], gives: result },
  showSealed: { takes: [text], gives: result },
  takeBrought: { takes: [text], gives: result },
  practice: { takes: [], gives: maybeRecord },
  newWords: { takes: [], gives: text },
  createPractice: { takes: [record], gives: result },
  saveProfile: { takes: [record], gives: result },
  importCredential: { takes: [text], gives: result },
  // Without an id it makes a new offer each time.
  saveOffer: { takes: [record], gives: result, repeatable: ([offer]) => isRecord(offer) && offer.id !== undefined },
  addSlots: { takes: [number, list], gives: result },
  withdrawOffer: { takes: [number], gives: result },
  changeCalendar: { takes: [record], gives: result },
  decide: { takes: [record], gives: result },
  undo: { takes: [text], gives: result },
  acknowledge: { takes: [text], gives: result },
  inbox: { takes: [], gives: list },
  blockSender: { takes: [text], gives: result },
  unblockSender: { takes: [text], gives: result },
  blockedSenders: { takes: [], gives: list },
  practiceStatistics: { takes: [], gives: list },
  forgetStatistics: { takes: [], gives: result },
  saveBackup: { takes: [], gives: result },
  readBackup: { takes: [bytes, text], gives: result },
  takeBackup: { takes: [bytes], gives: result },
  board: { takes: [], gives: record },
  lookForBoard: { takes: [], gives: result },
  boardChannel: { takes: [], gives: maybeRecord },
  tuneBoard: { takes: [record], gives: result },
  listenAround: { takes: [maybeRecord], gives: result },
  // A second one would be on air as well.
  sendRadioCheck: { takes: [], gives: result, repeatable: () => false },
  // Each takes airtime at every hop.
  askStations: { takes: [record, number], gives: result, repeatable: () => false },
  stationAnswer: { takes: [text], gives: maybeRecord },
  status: { takes: [], gives: record },
  attend: { takes: [], gives: result },
  resume: { takes: [], gives: result },
  addRelay: { takes: [text], gives: result },
  removeRelay: { takes: [text], gives: result },
  diagnostics: { takes: [], gives: record },
  send: { takes: [text, bytes], gives: result },
  broadcast: { takes: [bytes], gives: result },
  trace: { takes: [text], gives: result },
  mesh: { takes: [], gives: record },
  messages: { takes: [], gives: list },
  // A second time would delete what was begun anew.
  deleteEverything: { takes: [], gives: nothing, repeatable: () => false },
} as const satisfies Record<keyof NodeApi, CallShape>;

export type Method = keyof NodeApi;
export type ArgumentsOf<M extends Method> = Parameters<NodeApi[M]>;
export type AnswerOf<M extends Method> = Awaited<ReturnType<NodeApi[M]>>;
/** NodeApi, written so that a call by name keeps its types. */
type Calls = { [M in Method]: (...args: ArgumentsOf<M>) => Promise<AnswerOf<M>> };

export const isMethod = (name: unknown): name is Method => typeof name === 'string' && Object.hasOwn(CALLS, name);

const shapeOf = (method: Method): CallShape => CALLS[method];

export const isArgumentsOf = <M extends Method>(method: M, args: readonly unknown[]): args is ArgumentsOf<M> => {
  const { takes } = shapeOf(method);
  return args.length === takes.length && takes.every((check, index) => check(args[index]));
};

export const isAnswerOf = <M extends Method>(method: M, answer: unknown): answer is AnswerOf<M> =>
  shapeOf(method).gives(answer);

export const isRepeatable = (method: Method, args: readonly unknown[]): boolean =>
  shapeOf(method).repeatable?.(args) ?? true;

export const invoke = <M extends Method>(api: Calls, method: M, args: ArgumentsOf<M>): Promise<AnswerOf<M>> =>
  api[method](...args);

/** A call that came from another realm. Rejects when its arguments are not the method's. */
export const perform = async (api: NodeApi, method: Method, args: readonly unknown[]): Promise<unknown> => {
  if (!isArgumentsOf(method, args)) throw new TypeError(`${method}: these are not its arguments`);
  return invoke(api, method, args);
};

/** NodeApi over anything that carries calls by name. */
export const createApi = (
  call: <M extends Method>(method: M, args: ArgumentsOf<M>) => Promise<AnswerOf<M>>,
): NodeApi => {
  const entry = <M extends Method>(method: M) => [method, (...args: ArgumentsOf<M>) => call(method, args)] as const;
  // CALLS names every method of NodeApi and no other: the compiler checks it where they are listed.
  return Object.fromEntries(Object.keys(CALLS).filter(isMethod).map(entry)) as unknown as NodeApi;
};
