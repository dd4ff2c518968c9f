import { VERFAHREN, type Verfahren } from '#core/domain/values.ts';
import { RADII, type SearchDraft } from '#ui/patient/search-draft.ts';

/** What a way on leaves out of the finer choices, as it is named to the person: only what was chosen. */
export type FinerPart = 'minutes' | 'single' | 'weekly' | 'languages' | 'access' | 'age';

/** A way on from an empty result: the same search with one choice loosened. What it leads to is counted, not promised. */
export type WayOn = { readonly draft: SearchDraft } & (
  | { readonly kind: 'radius' | 'everywhere' | 'remote' | 'types' | 'modality' | 'period' }
  | { readonly kind: 'finer'; readonly parts: readonly FinerPart[] }
  | { readonly kind: 'verfahren'; readonly verfahren: Verfahren }
);

const REMOTE = ['VIDEO', 'TELEFON'] as const;

const finerParts = ({ minutes, series, languages, access, age }: SearchDraft): FinerPart[] => {
  const parts: FinerPart[] = [];
  if (minutes.length > 0) parts.push('minutes');
  if (series !== undefined) parts.push(series ? 'weekly' : 'single');
  if (languages.length > 0) parts.push('languages');
  if (access.length > 0) parts.push('access');
  if (age !== undefined) parts.push('age');
  return parts;
};

/** Most promising first. Of each kind but Verfahren only the first that leads to something is worth showing. */
export const waysOn = (draft: SearchDraft): WayOn[] => {
  const ways: WayOn[] = [];
  if (draft.plz !== undefined) {
    for (const radiusKm of RADII.filter((km) => km > draft.radiusKm))
      ways.push({ kind: 'radius', draft: { ...draft, radiusKm } });
  }
  if (draft.plz !== undefined && !REMOTE.some((one) => draft.modalitaeten.includes(one)))
    ways.push({ kind: 'remote', draft: { ...draft, modalitaeten: REMOTE } });
  if (draft.verfahren.length > 0) {
    for (const verfahren of VERFAHREN.filter((one) => !draft.verfahren.includes(one)))
      ways.push({ kind: 'verfahren', verfahren, draft: { ...draft, verfahren: [verfahren] } });
  }
  if (draft.days !== undefined) ways.push({ kind: 'period', draft: { ...draft, days: undefined } });
  if (draft.types.length > 0) ways.push({ kind: 'types', draft: { ...draft, types: [] } });
  if (draft.modalitaeten.length > 0) ways.push({ kind: 'modality', draft: { ...draft, modalitaeten: [] } });
  const parts = finerParts(draft);
  if (parts.length > 0) {
    const any = { minutes: [], series: undefined, languages: [], access: [], age: undefined };
    ways.push({ kind: 'finer', parts, draft: { ...draft, ...any } });
  }
  if (draft.plz !== undefined) ways.push({ kind: 'everywhere', draft: { ...draft, plz: undefined } });
  return ways;
};

export interface CountedWay {
  readonly way: WayOn;
  readonly total: number;
}

/** Of those that lead to something: every Verfahren, and the first of each other kind. */
export const worthShowing = (counted: readonly CountedWay[]): CountedWay[] =>
  counted.filter(
    ({ way, total }, index) =>
      total > 0 &&
      (way.kind === 'verfahren' ||
        !counted.slice(0, index).some((before) => before.total > 0 && before.way.kind === way.kind)),
  );
