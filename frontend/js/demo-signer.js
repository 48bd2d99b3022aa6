// Signs with a public test key. Loaded by the demo wallet when someone signs, and by nothing else.

import { secp256k1 } from "@noble/curves/secp256k1";

import { strip, typedDataDigest } from "./eip712.js";

/** @returns {string} the 65-byte signature of the document, r, s, v, hex. */
export function signTypedData(document, privateKey) {
  const signature = secp256k1.sign(typedDataDigest(document), strip(privateKey), { lowS: true });
  return `0x${signature.toCompactHex()}${(27 + signature.recovery).toString(16)}`;
}
