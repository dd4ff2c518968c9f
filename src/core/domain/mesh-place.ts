/**
 * Where a node stands in the mesh: its level, its role and its region. The order of each list is its place on the wire and
 * never changes.
 */
import type { Region } from '#core/brand.ts';

/** From the bottom up: who is above may serve who is below. */
export const MESH_LEVELS = ['LEAF', 'KIOSK', 'RELAY', 'ROOT'] as const;
/**
 * MEMBER follows others; LEADER was appointed, or is a root; STANDALONE sees nobody; ELECTED leads its equals because nobody
 * stands above them.
 */
export const MESH_ROLES = ['MEMBER', 'LEADER', 'STANDALONE', 'ELECTED'] as const;

export type MeshLevel = (typeof MESH_LEVELS)[number];
export type MeshRole = (typeof MESH_ROLES)[number];

/** Positive when `a` stands above `b`, 0 for the same level. */
export const compareLevels = (a: MeshLevel, b: MeshLevel): number => MESH_LEVELS.indexOf(a) - MESH_LEVELS.indexOf(b);

export const leads = (role: MeshRole): boolean => role === 'LEADER' || role === 'ELECTED';

export const REGIONS = 100;

/** Of a postal code by its number, 0–99,999. */
export const regionOfPlz = (plz: number): Region => Math.floor(plz / 1_000) as Region;

/** 0 in the same region, 1 in the same zone (first digit), 2 elsewhere, or where one of them is not known. */
export const regionDistance = (a: Region | undefined, b: Region | undefined): 0 | 1 | 2 => {
  if (a === undefined || b === undefined) return 2;
  if (a === b) return 0;
  return Math.floor(a / 10) === Math.floor(b / 10) ? 1 : 2;
};
