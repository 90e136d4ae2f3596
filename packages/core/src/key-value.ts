import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { encodeBase32 } from './alphabet.js';
import type { Random } from './ports.js';

const keyBytes = 20;
const maxValueLength = 1_000;

/** 160 random bits as 32 digits of base32. */
export const newKeyValue = (random: Random): string => encodeBase32(random.bytes(keyBytes), 32);

/** What is stored of a key: with 160 random bits in it there is nothing to guess, so a plain SHA-256 is enough. */
export const keyDigest = (value: string): string => bytesToHex(sha256(utf8ToBytes(value)));

/** The digest of what a caller presented, or `null` for what cannot be a key. */
export const presentedKeyDigest = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= maxValueLength ? keyDigest(value.toWellFormed()) : null;
