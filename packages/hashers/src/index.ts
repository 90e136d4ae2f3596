export { type Argon2idOptions, argon2id } from './argon2id.js';
export { caps } from './caps.js';
export type { EngineName } from './kdf.js';
export type { HasherOptions } from './options.js';
export { type ScryptOptions, scrypt } from './scrypt.js';
