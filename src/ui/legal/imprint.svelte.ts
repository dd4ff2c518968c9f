import { IMPRINT_PATH, type Imprint, parseImprint } from '#core/domain/imprint.ts';

/** The imprint of the relay that served this app, and where there is no network the one that it said last. */
export type ImprintState =
  | { readonly state: 'loading' | 'none' | 'unknown' }
  | { readonly state: 'here'; readonly imprint: Imprint };

const KEY = 'imprint';

const remembered = (): Imprint | undefined => {
  try {
    return parseImprint(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return undefined;
  }
};

const fetched = async (): Promise<ImprintState> => {
  const response = await fetch(IMPRINT_PATH, { cache: 'no-cache' });
  if (!response.ok) return { state: 'unknown' };
  const imprint = parseImprint(await response.json());
  if (imprint === undefined) {
    localStorage.removeItem(KEY);
    return { state: 'none' };
  }
  localStorage.setItem(KEY, JSON.stringify(imprint));
  return { state: 'here', imprint };
};

export const openImprint = (): { readonly current: ImprintState } => {
  const known = remembered();
  let current = $state<ImprintState>(known === undefined ? { state: 'loading' } : { state: 'here', imprint: known });
  fetched().then(
    (next) => {
      current = next;
    },
    () => {
      if (known === undefined) current = { state: 'unknown' };
    },
  );
  return {
    get current() {
      return current;
    },
  };
};
