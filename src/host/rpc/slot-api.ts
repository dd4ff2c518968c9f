import type { Millis, NodeAddress, OfferId, Plz } from '#core/brand.ts';
import type {
  AgeGroup,
  Beruf,
  Kostentraeger,
  Modalitaet,
  SlotType,
  TrustLevel,
  Verfahren,
  Zulassung,
} from '#core/domain/values.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Profile } from '#core/wire/identity.ts';

/** What a patient asks for and is shown: a search, and slots as cards and in full. */
export interface SlotRef {
  readonly practice: NodeAddress;
  readonly offer: OfferId;
  readonly start: Millis;
}

export interface SearchQuery {
  /** Required: without a payer nothing is shown. */
  readonly payer: Kostentraeger;
  readonly around?: { readonly plz: Plz; readonly radiusKm: number };
  /** Empty lists mean "any". */
  readonly verfahren: readonly Verfahren[];
  readonly types: readonly SlotType[];
  readonly modalitaeten: readonly Modalitaet[];
  readonly ageGroup?: AgeGroup;
  /** In minutes; any of them. Empty or missing means any length. */
  readonly minutes?: readonly number[];
  /** True: weekly series only; false: single slots only. */
  readonly series?: boolean;
  /** Primary language subtags in lower case (`tr`); any of them. As the practice says of itself. */
  readonly languages?: readonly string[];
  /** All that are true. As the practice says of itself. */
  readonly access?: Pick<Profile, 'stepFree' | 'lift' | 'signLanguage'>;
  /** Only this practice; then nothing is asked of its profile. */
  readonly practice?: NodeAddress;
  readonly from?: Millis;
  readonly to?: Millis;
  /** 1 unless the person asks to see self-declared practices too. */
  readonly minTrust: TrustLevel;
  readonly sort: 'distance' | 'time';
  readonly offset: number;
  readonly limit: number;
}

export interface SearchResult {
  /** All slots that match, of which `cards` is a page. */
  readonly total: number;
  readonly cards: readonly SlotCard[];
  /** When this device last had everything a relay had; undefined when it never did. */
  readonly syncedAt: Millis | undefined;
}

export interface SlotCard {
  readonly ref: SlotRef;
  readonly minutes: number;
  readonly type: SlotType;
  readonly verfahren: readonly Verfahren[];
  readonly modalitaeten: readonly Modalitaet[];
  readonly kostentraeger: readonly Kostentraeger[];
  readonly ageGroup: AgeGroup;
  readonly series: boolean;
  readonly codeRequired: boolean;
  readonly plz: Plz;
  readonly place: string;
  /** Undefined when the search names no place. */
  readonly distanceKm: number | undefined;
  readonly name: string;
  readonly trust: Trust;
  readonly announcedAt: Millis;
}

export interface Trust {
  readonly level: TrustLevel;
  /** Why it is no higher: the refusal of the credential, or undefined when there is none or it holds. */
  readonly reason: RefusalCode | undefined;
  readonly registrar: { readonly name: string; readonly demo: boolean } | undefined;
  readonly validUntil: Millis | undefined;
  readonly revocationListFrom: Millis | undefined;
}

export interface SlotDetails extends SlotCard {
  /** Undefined where nobody has said it yet: the announcement came before what the practice says of itself. */
  readonly beruf: Beruf | undefined;
  readonly zulassung: Zulassung | undefined;
  readonly profile: Profile;
  readonly expiresAt: Millis;
  /** Why it cannot be requested now, or undefined when it can. */
  readonly refusal: RefusalCode | undefined;
}
