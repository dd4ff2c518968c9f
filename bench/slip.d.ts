declare module 'slip' {
  /** SLIP (RFC 1055), whose bytes KISS shares. */
  const slip: {
    Decoder: new (onMessage: (message: Uint8Array) => void) => { decode(chunk: Uint8Array): void };
  };
  export default slip;
}
