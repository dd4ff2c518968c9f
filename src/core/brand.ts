/** Branded primitives: the same bits, told apart by the compiler. Style rule: every id and every unit has one. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Milliseconds since 1970-01-01T00:00Z, or a duration in milliseconds. */
export type Millis = Brand<number, 'Millis'>;
/** Whole minutes since 2026-01-01T00:00Z: the wire's clock, 24 bits wide, enough until November 2057. */
export type WireMinute = Brand<number, 'WireMinute'>;
/** Whole seconds since 2026-01-01T00:00Z, 32 bits wide: a node announce's time, and its sequence. */
export type WireSecond = Brand<number, 'WireSecond'>;
/** A day of the Gregorian calendar, without a zone: days since 1970-01-01. */
export type DayNumber = Brand<number, 'DayNumber'>;
/** Minutes that a clock on the wall shows since midnight: 540 is 09:00. */
export type WallMinute = Brand<number, 'WallMinute'>;
/** Names one weekly pattern of a practice: eight lower-case hex digits, drawn by the window that made it. */
export type PatternId = Brand<string, 'PatternId'>;
/** The first 16 bytes of SHA-256 of an Ed25519 public key, as 32 lower-case hex digits. */
export type NodeAddress = Brand<string, 'NodeAddress'>;
/** The first 16 bytes of SHA-256 of what is signed (or, for a bundle, of its bytes), as 32 lower-case hex digits. */
export type MessageId = Brand<string, 'MessageId'>;
/** One open connection of this node, unique for the life of the process. */
export type LinkId = Brand<number, 'LinkId'>;
/** 0–65,535: a radio on a channel, drawn anew at each start, so that nobody is known by it for long. */
export type StationId = Brand<number, 'StationId'>;
/** 1–255: which of its links with a neighbour a radio means; never the same twice in a row. */
export type LinkTag = Brand<number, 'LinkTag'>;
/** A frame that was given away to be sent, until it is known what became of it. */
export type AirRef = Brand<number, 'AirRef'>;
/** 0–15: which of a practice's offers an announcement describes. */
export type OfferId = Brand<number, 'OfferId'>;
/** 0–255, raised when a practice restores from its words or has used up its counter. */
export type Epoch = Brand<number, 'Epoch'>;
/** 0–65535, one per practice and epoch, higher is newer. */
export type Counter = Brand<number, 'Counter'>;
/** Five digits as text, leading zeros kept. */
export type Plz = Brand<string, 'Plz'>;
/** 0–99: the first two digits of a postal code, the coarsest place that a node of the mesh names. */
export type Region = Brand<number, 'Region'>;
/** One byte: the queue in which sealed bundles for many practices and patients lie together. */
export type Bucket = Brand<number, 'Bucket'>;
/** The name under which the Crypto port keeps a key; never the key. */
export type KeyName = Brand<string, 'KeyName'>;
/** Names a Noise session whose secrets the Crypto port keeps. */
export type SessionName = Brand<string, 'SessionName'>;
