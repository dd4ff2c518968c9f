/** Sixteen random hex digits: the name of a request, made by the window so that repeating it is the same request. */
export const newRequestId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
