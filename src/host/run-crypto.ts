import type { CryptoOp, CryptoOutcome } from '#engine/crypto-op.ts';
import type { Crypto } from '#ports/crypto.ts';

/** Performs a crypto effect. Never rejects: what the port cannot do is answered with `failed`. */
export const runCrypto = async (crypto: Crypto, op: CryptoOp): Promise<CryptoOutcome> => {
  try {
    switch (op.op) {
      case 'verify':
        return { op: op.op, value: await crypto.verify(op.publicKey, op.message, op.signature) };
      case 'sign':
        return { op: op.op, value: await crypto.sign(op.key, op.message) };
      case 'createPrekey':
        return { op: op.op, value: await crypto.createPrekey(op.key) };
      case 'pseudonym':
        return { op: op.op, value: await crypto.pseudonym(op.practice) };
      case 'forget':
        await crypto.forget(op.names);
        return { op: op.op, value: null };
      case 'sealRequest':
        return { op: op.op, value: await crypto.sealRequest(op.input) };
      case 'sealReceipt':
        return { op: op.op, value: await crypto.sealReceipt(op.session, op.payload) };
      case 'sealMessage':
        return { op: op.op, value: await crypto.sealMessage(op.session, op.number, op.payload) };
      case 'open':
        return { op: op.op, value: await crypto.open(op.input) };
    }
  } catch {
    // A key that is gone or a key store that fails: the engine hears "failed" and says so to whom it concerns.
    return { op: 'failed' };
  }
};
