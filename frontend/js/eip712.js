// The hash of an EIP-712 document ("version 4", what eth_signTypedData_v4 signs). For the demo wallet alone.

import { keccak_256 } from "@noble/hashes/sha3";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils";

export const strip = (hex) => (hex.startsWith("0x") ? hex.slice(2) : hex);
const WORD = 32;

function word(value) {
  const number = BigInt(value);
  return hexToBytes(BigInt.asUintN(256, number).toString(16).padStart(WORD * 2, "0"));
}

function padEnd(bytes) {
  const out = new Uint8Array(WORD);
  out.set(bytes);
  return out;
}

function typeName(type) {
  return type.replace(/(\[\d*\])+$/, "");
}

function encodeType(types, primary) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name) || !types[name]) return;
    seen.add(name);
    for (const field of types[name]) visit(typeName(field.type));
  };
  visit(primary);
  seen.delete(primary);
  const line = (name) => `${name}(${types[name].map((field) => `${field.type} ${field.name}`).join(",")})`;
  return [primary, ...[...seen].sort()].map(line).join("");
}

function encodeValue(types, type, value) {
  const array = /^(.*)\[\d*\]$/.exec(type);
  if (array) return keccak_256(concatBytes(...value.map((item) => encodeValue(types, array[1], item))));
  if (types[type]) return hashStruct(types, type, value);
  if (type === "string") return keccak_256(utf8ToBytes(value));
  if (type === "bytes") return keccak_256(hexToBytes(strip(value)));
  if (type === "bool") return word(value ? 1 : 0);
  if (type.startsWith("bytes")) return padEnd(hexToBytes(strip(value)));
  if (type === "address" || /^u?int\d*$/.test(type)) return word(value);
  throw new Error(`unknown type ${type}`);
}

function hashStruct(types, primary, value) {
  const head = keccak_256(utf8ToBytes(encodeType(types, primary)));
  const fields = types[primary].map((field) => encodeValue(types, field.type, value[field.name]));
  return keccak_256(concatBytes(head, ...fields));
}

/** @returns {string} the digest to sign, 64 hex digits. */
export function typedDataDigest({ types, domain, primaryType, message }) {
  const parts = [hexToBytes("1901"), hashStruct(types, "EIP712Domain", domain), hashStruct(types, primaryType, message)];
  return bytesToHex(keccak_256(concatBytes(...parts)));
}
