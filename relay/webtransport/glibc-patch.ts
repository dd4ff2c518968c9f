/**
 * Lets a library that was linked against glibc 2.38 load on an older one, when `strtol` and `sscanf` are all that it needs
 * of 2.38. That glibc renamed the two (`__isoc23_…`) for C23's binary literals; the old names do the same otherwise.
 * Structures as in the System V gABI and the LSB's symbol versioning: Elf64_Sym, Elf64_Versym, Elf64_Verneed/Vernaux.
 * docs/decisions/0005-webtransport-on-node.md
 */
const DYNSYM = 11;
const VERSYM = 0x6fffffff;
const VERNEED = 0x6ffffffe;
const SECTION_HEADER = 64;
const SYMBOL = 24;

const WANTED = 'GLIBC_2.38';
const PREFIX = '__isoc23_';
const RENAMED = new Set([`${PREFIX}strtol`, `${PREFIX}sscanf`]);

interface Section {
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

interface NeededVersion {
  /** Where the Elf64_Vernaux lies. */
  readonly at: number;
  readonly index: number;
  readonly name: string;
}

/** A copy of the library that needs no glibc 2.38, or undefined when its needs are not the ones described above. */
export const withoutGlibc238 = (library: Uint8Array): Uint8Array | undefined => {
  const bytes = library.slice();
  const view = new DataView(bytes.buffer);
  const sections = readSections(view);
  const symbols = sections.get(DYNSYM);
  const versions = sections.get(VERSYM);
  const needs = sections.get(VERNEED);
  if (symbols === undefined || versions === undefined || needs === undefined) return undefined;
  const names = sectionAt(view, symbols.link).offset;
  const libc = readLibcNeeds(bytes, view, needs.offset, names);
  const newest = libc.find(({ name }) => name === WANTED);
  const oldest = libc.reduce<NeededVersion | undefined>((low, next) => (isOlder(next, low) ? next : low), undefined);
  if (newest === undefined || oldest === undefined || newest === oldest) return undefined;

  for (let symbol = 0; symbol * SYMBOL < symbols.size; symbol += 1) {
    const versionAt = versions.offset + symbol * 2;
    if (view.getUint16(versionAt, true) !== newest.index) continue;
    const nameAt = symbols.offset + symbol * SYMBOL;
    const name = view.getUint32(nameAt, true);
    if (!RENAMED.has(readText(bytes, names + name))) return undefined;
    view.setUint32(nameAt, name + PREFIX.length, true);
    view.setUint16(versionAt, oldest.index, true);
  }
  // The requirement itself becomes a second one for the oldest version: same hash, same name, an index nobody uses.
  view.setUint32(newest.at, view.getUint32(oldest.at, true), true);
  view.setUint32(newest.at + 8, view.getUint32(oldest.at + 8, true), true);
  return bytes;
};

const sectionAt = (view: DataView, index: number): Section => {
  const at = Number(view.getBigUint64(0x28, true)) + index * SECTION_HEADER;
  return {
    offset: Number(view.getBigUint64(at + 24, true)),
    size: Number(view.getBigUint64(at + 32, true)),
    link: view.getUint32(at + 40, true),
  };
};

const readSections = (view: DataView): Map<number, Section> => {
  const start = Number(view.getBigUint64(0x28, true));
  const count = view.getUint16(0x3c, true);
  return new Map(
    Array.from({ length: count }, (_, index) => [
      view.getUint32(start + index * SECTION_HEADER + 4, true),
      sectionAt(view, index),
    ]),
  );
};

const readLibcNeeds = (bytes: Uint8Array, view: DataView, start: number, names: number): NeededVersion[] => {
  for (let file = start; ; ) {
    if (readText(bytes, names + view.getUint32(file + 4, true)) === 'libc.so.6') {
      return readVersions(bytes, view, file, names);
    }
    const next = view.getUint32(file + 12, true);
    if (next === 0) return [];
    file += next;
  }
};

const readVersions = (bytes: Uint8Array, view: DataView, file: number, names: number): NeededVersion[] => {
  const found: NeededVersion[] = [];
  const count = view.getUint16(file + 2, true);
  for (let at = file + view.getUint32(file + 8, true); found.length < count; at += view.getUint32(at + 12, true)) {
    const name = readText(bytes, names + view.getUint32(at + 8, true));
    found.push({ at, index: view.getUint16(at + 6, true), name });
  }
  return found;
};

const readText = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at, bytes.indexOf(0, at)));

const isOlder = (one: NeededVersion, other: NeededVersion | undefined): boolean =>
  other === undefined || compareVersions(one.name.slice('GLIBC_'.length), other.name.slice('GLIBC_'.length)) < 0;

/** Compares dotted numbers: 2.4 is older than 2.36. */
export const compareVersions = (one: string, other: string): number => {
  const [ours, theirs] = [one.split('.').map(Number), other.split('.').map(Number)];
  for (let part = 0; part < Math.max(ours.length, theirs.length); part += 1) {
    const difference = (ours[part] ?? 0) - (theirs[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};
