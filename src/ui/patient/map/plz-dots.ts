import { openPlzMap, type PlzMap } from '#core/plz/plz-map.ts';

/** The packed file that the node reads too: the browser has it already. */
const FILE = '/data/plz.bin';
let known: Promise<PlzMap> | undefined;

const load = async (): Promise<PlzMap> => {
  const answer = await fetch(FILE);
  const map = openPlzMap(new Uint8Array(await answer.arrayBuffer()));
  if (!map.ok) throw new Error(`postal codes: ${map.code}`);
  return map.value;
};

/** Rejects when the file cannot be had or read; the next call tries again. */
export const plzDots = (): Promise<PlzMap> => {
  known ??= load().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
};
