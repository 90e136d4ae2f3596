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

export const userId = (value: string): UserId => value as UserId;
export const serviceId = (value: string): ServiceId => value as ServiceId;
export const keyId = (value: string): KeyId => value as KeyId;
export const tokenId = (value: string): TokenId => value as TokenId;
export const jobId = (value: string): JobId => value as JobId;
export const attemptId = (value: string): AttemptId => value as AttemptId;
export const secretId = (value: string): SecretId => value as SecretId;
export const realm = (value: string): Realm => value as Realm;

/** The realm of applications that have only one. */
export const defaultRealm: Realm = realm('');
