const encoder = new TextEncoder();

/** Bytes of a text in UTF-8: what the wire counts. */
export const byteLength = (text: string): number => encoder.encode(text).length;
