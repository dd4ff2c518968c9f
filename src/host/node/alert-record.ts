import * as v from 'valibot';
import type { Millis, Plz } from '#core/brand.ts';
import { AGE_GROUPS, KOSTENTRAEGER, MODALITAETEN, SLOT_TYPES, VERFAHREN } from '#core/domain/values.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import type { Result } from '#core/result.ts';
import type { AlertFilter } from '#host/rpc/alert-api.ts';

/** A search that a patient keeps, as it lies in the private table `alerts`. */
export interface AlertRecord {
  readonly alertId: string;
  readonly filter: AlertFilter;
  readonly madeAt: Millis;
  /**
   * Keys of the slots that somebody saw or could have seen. Null until everything known was here for the first time: what
   * a first sync brings is not news.
   */
  readonly seen: readonly string[] | null;
}

const filterSchema = v.object({
  payer: v.picklist(KOSTENTRAEGER),
  around: v.exactOptional(
    v.object({
      plz: v.pipe(
        v.string(),
        v.regex(/^\d{5}$/),
        v.transform((text) => text as Plz),
      ),
      radiusKm: v.pipe(v.number(), v.minValue(1), v.maxValue(1_000)),
    }),
  ),
  verfahren: v.pipe(v.array(v.picklist(VERFAHREN)), v.maxLength(VERFAHREN.length)),
  types: v.pipe(v.array(v.picklist(SLOT_TYPES)), v.maxLength(SLOT_TYPES.length)),
  modalitaeten: v.pipe(v.array(v.picklist(MODALITAETEN)), v.maxLength(MODALITAETEN.length)),
  ageGroup: v.exactOptional(v.picklist(AGE_GROUPS)),
  minutes: v.exactOptional(v.pipe(v.array(v.pipe(v.number(), v.integer())), v.maxLength(48))),
  series: v.exactOptional(v.boolean()),
  languages: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/))), v.maxLength(32))),
  access: v.exactOptional(v.object({ stepFree: v.boolean(), lift: v.boolean(), signLanguage: v.boolean() })),
  minTrust: v.picklist([0, 1, 2, 3]),
  days: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(366))),
});

const alertId = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

const schema = v.object({
  alertId,
  filter: filterSchema,
  madeAt: v.pipe(
    v.number(),
    v.transform((at) => at as Millis),
  ),
  seen: v.nullable(v.array(v.string())),
});

/** What a window asks to keep, with nothing in it that is not known here. */
export const parseNewAlert = (input: unknown): Pick<AlertRecord, 'alertId' | 'filter'> | undefined => {
  const parsed = v.safeParse(v.object({ alertId, filter: filterSchema }), input);
  return parsed.success ? parsed.output : undefined;
};

/** Equal for equal searches: the schema gives the order of fields, the form that of lists. */
export const filterText = (filter: AlertFilter): string => JSON.stringify(filter);

export const encodeAlert = (alert: AlertRecord): Uint8Array => encodeLocal(alert);

export const decodeAlert = (bytes: Uint8Array): Result<AlertRecord> => decodeLocal(schema, bytes);
