declare const brand: unique symbol;

/** A string that cannot be mistaken for another kind of string. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type ServiceId = Branded<'ServiceId'>;
export type KeyId = Branded<'KeyId'>;
export type TokenId = Branded<'TokenId'>;
export type JobId = Branded<'JobId'>;

/** Identifies one attempt to commit; the audit row that the commit writes bears it (UUID v4). */
export type AttemptId = Branded<'AttemptId'>;

/** Names one secret of the key ring; rows carry it so that the same token can be derived again. */
export type SecretId = Branded<'SecretId'>;

/** A tenant, within which an address is unique. The empty realm is the default one. */
export type Realm = Branded<'Realm'>;

/** An address in the form in which addresses are compared; see {@link comparableAddress}. */
export type ComparableAddress = Branded<'ComparableAddress'>;

/**
 * Gives a string the type of a user's id. Nothing is looked at: to a storage, an id of the wrong form is absent.
 *
 * @example
 * ```ts
 * import { userId } from '@pwreset/core';
 * import { memoryStorage } from '@pwreset/memory';
 *
 * await memoryStorage().findUserById(userId('42')); // null: there is no such user
 * ```
 */
export const userId = (value: string): UserId => value as UserId;
/** Gives a string the type of a service's id. */
export const serviceId = (value: string): ServiceId => value as ServiceId;
/** Gives a string the type of a key's id. */
export const keyId = (value: string): KeyId => value as KeyId;
/** Gives a string the type of a token's id. */
export const tokenId = (value: string): TokenId => value as TokenId;
/** Gives a string the type of a job's id. */
export const jobId = (value: string): JobId => value as JobId;
/** Gives a string the type of an id of an attempt to commit. */
export const attemptId = (value: string): AttemptId => value as AttemptId;
/** Gives a string the type of the name of a secret. */
export const secretId = (value: string): SecretId => value as SecretId;
/** Gives a string the type of the name of a realm. */
export const realm = (value: string): Realm => value as Realm;

/** The realm of applications that have only one. */
export const defaultRealm: Realm = realm('');
