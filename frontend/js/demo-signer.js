// Signs with a public test key. Loaded by the demo wallet when someone signs, and by nothing else.

import { secp256k1 } from "@noble/curves/secp256k1";

import { keccak_256 } from "@noble/hashes/sha3";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils";

import { strip, typedDataDigest } from "./eip712.js";

const DYNAMIC_FEE = Uint8Array.of(2); // the transaction type of EIP-1559
const TIP = 1_000_000_000n; // wei
const MARGIN = [3n, 2n]; // of the estimated gas, which looks at the newest block

/** @returns {string} the 65-byte signature of the document, r, s, v, hex. */
export function signTypedData(document, privateKey) {
  const signature = secp256k1.sign(typedDataDigest(document), strip(privateKey), { lowS: true });
  return `0x${signature.toCompactHex()}${(27 + signature.recovery).toString(16)}`;
}

function minimal(value) {
  const number = BigInt(value);
  if (number === 0n) return new Uint8Array();
  const hex = number.toString(16);
  return hexToBytes(hex.length % 2 ? `0${hex}` : hex);
}

function header(length, short) {
  if (length < 56) return Uint8Array.of(short + length);
  const size = minimal(length);
  return concatBytes(Uint8Array.of(short + 55 + size.length), size);
}

/** Recursive Length Prefix of bytes, or of a list of them. */
function rlp(item) {
  if (Array.isArray(item)) {
    const body = concatBytes(...item.map(rlp));
    return concatBytes(header(body.length, 0xc0), body);
  }
  return item.length === 1 && item[0] < 0x80 ? item : concatBytes(header(item.length, 0x80), item);
}

/** @returns {string} the signed transaction (EIP-1559), hex. */
export function signTransaction({ chainId, nonce, gas, price, to, value, data }, privateKey) {
  const limit = (BigInt(gas) * MARGIN[0]) / MARGIN[1];
  const fields = [
    minimal(chainId),
    minimal(nonce),
    minimal(TIP),
    minimal(BigInt(price) * 2n + TIP),
    minimal(limit),
    hexToBytes(strip(to)),
    minimal(value),
    hexToBytes(strip(data)),
    [],
  ];
  const digest = keccak_256(concatBytes(DYNAMIC_FEE, rlp(fields)));
  const { r, s, recovery } = secp256k1.sign(digest, strip(privateKey), { lowS: true });
  return `0x${bytesToHex(concatBytes(DYNAMIC_FEE, rlp([...fields, minimal(recovery), minimal(r), minimal(s)])))}`;
}
