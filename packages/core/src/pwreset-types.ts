import type { Client, Credential, Key, KeyType, Service, ServiceLinks, TokenPurpose, User } from './entities.js';
import type { BeginRefusal } from './events.js';
import type { AttemptId, KeyId, Realm, ServiceId, UserId } from './ids.js';

/** A user without the stored credential, fit to be handed out. */
export interface PublicUser extends Omit<User, 'credential'> {
  readonly credentialState: Credential['state'];
}

/** A strength estimate; `null` where no estimator is configured. */
export type Strength = 0 | 1 | 2 | 3 | 4 | null;

/** What every flow takes. */
export interface FlowInput {
  /** The service that calls; the configured one where left out. */
  readonly service?: ServiceId | undefined;
  readonly client?: { readonly [Name in keyof Client]?: Client[Name] | undefined } | undefined;
  /**
   * Whom the limits of the request path count: the `client`'s address (the default), the `service` that was authenticated, or
   * both where that service is known to forward its client's address.
   */
  readonly limitBy?: 'client' | 'service' | 'service_and_client' | undefined;
}

export interface BeginResetInput extends FlowInput {
  readonly email: string;
  readonly realm?: Realm | undefined;
  /**
   * Where the mail's link leads: one of the service's `resetUrls`, with `{{code}}` (or `{{token}}`, which means the same) where
   * the link's token goes. The service's own `reset` link where left out.
   */
  readonly resetUrl?: string | undefined;
}

export type BeginCodeResetInput = BeginResetInput;

export interface ConfirmCodeResetInput extends FlowInput {
  readonly email: string;
  readonly realm?: Realm | undefined;
  /** As it was typed: in any case, with spaces or dashes, O for 0, I or L for 1. The token of the mail's link is taken too. */
  readonly code: string;
  readonly newPassword: string;
  /** Handed to the second factor as it came. */
  readonly factor?: string | undefined;
}

export interface BeginProfileResetInput extends FlowInput {
  readonly userId: UserId;
  /** A user of another realm is absent; of any realm where left out. */
  readonly realm?: Realm | undefined;
  /** As in {@link BeginResetInput}. */
  readonly resetUrl?: string | undefined;
}

export interface ProfileResetBegun {
  readonly user: PublicUser;
  /** Whether a mail is on its way. */
  readonly begun: boolean;
  /** Why none is; `null` where one is. The service names its users by id, so it may know. */
  readonly reason: BeginRefusal | null;
}

export interface ConfirmResetInput extends FlowInput {
  readonly token: string;
  readonly password: string;
  /** Handed to the second factor as it came. */
  readonly factor?: string | undefined;
}

export interface PasswordChanged {
  readonly user: PublicUser;
  /** When the caller proved to be the user, epoch milliseconds; sessions that began before it were ended. */
  readonly authenticatedAt: number;
  readonly strength: Strength;
  readonly audit: AttemptId;
}

export interface CheckTokenInput extends FlowInput {
  readonly token: string;
}

export type CheckTokenResult =
  | { readonly valid: true; readonly purpose: TokenPurpose; readonly expiresAt: number }
  | { readonly valid: false };

export interface RevokeInput extends FlowInput {
  readonly token: string;
}

export interface Revoked {
  readonly userId: UserId;
  readonly audit: AttemptId;
}

/** The user by address or by id, never both. */
export type UserSelector =
  | { readonly email: string; readonly realm?: Realm | undefined; readonly userId?: undefined }
  | { readonly userId: UserId; readonly email?: undefined; readonly realm?: undefined };

export type UpdatePasswordInput = FlowInput &
  UserSelector & {
    /** The current password. */
    readonly password: string;
    readonly newPassword: string;
    readonly factor?: string | undefined;
  };

export interface EmailChangedInput extends FlowInput {
  readonly userId: UserId;
  /** The address before the change; the notice goes there. */
  readonly oldEmail: string;
}

export interface LoginInput extends FlowInput {
  readonly email: string;
  readonly password: string;
  readonly realm?: Realm | undefined;
}

export interface LoggedIn {
  readonly user: PublicUser;
  /** Taken before the credential was read, so that a change meanwhile ends the session that follows. */
  readonly authenticatedAt: number;
  readonly strength: Strength;
}

/** What a service may do to a user; needs only `Storage`. */
export interface Users {
  get(id: UserId): Promise<PublicUser | null>;
  enable(id: UserId, input?: FlowInput): Promise<PublicUser>;
  /** Also closes reset tokens and codes and ends sessions. */
  disable(id: UserId, input?: FlowInput): Promise<PublicUser>;
  /** After a compromise: the password stops working, sessions end, a reset is the way back. */
  invalidatePassword(id: UserId, input?: FlowInput): Promise<PublicUser>;
  /** Call before the application deletes the row, so that a reused id inherits nothing. */
  forget(id: UserId, input?: FlowInput): Promise<void>;
}

export interface CreateUserInput extends FlowInput {
  readonly email: string;
  readonly realm?: Realm | undefined;
  readonly name?: string | undefined;
  /** BCP 47, `en` by default. */
  readonly locale?: string | undefined;
  /** IANA, `Etc/UTC` by default. */
  readonly timezone?: string | undefined;
  readonly enabled?: boolean | undefined;
  /** Without one both password flags are false. */
  readonly password?: string | undefined;
  readonly passwordAllowReset?: boolean | undefined;
  readonly passwordRequireUpdate?: boolean | undefined;
}

export interface PatchUserInput extends FlowInput {
  readonly name?: string | undefined;
  readonly locale?: string | undefined;
  readonly timezone?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly passwordAllowReset?: boolean | undefined;
  readonly passwordRequireUpdate?: boolean | undefined;
}

/** Users of an application that keeps none itself; needs the Directory. */
export interface DirectoryUsers extends Users {
  create(input: CreateUserInput): Promise<{ readonly user: PublicUser; readonly strength: Strength }>;
  /** Writes the named fields only, in one commit; `enabled: false` does what {@link Users.disable} does. */
  patch(id: UserId, input: PatchUserInput): Promise<PublicUser>;
  requirePasswordUpdate(id: UserId, input?: FlowInput): Promise<PublicUser>;
  delete(id: UserId, input?: FlowInput): Promise<void>;
}

export interface CreateKeyInput extends FlowInput {
  readonly type: KeyType;
  readonly name: string;
  /** Left out for a key of the service itself. */
  readonly userId?: UserId | undefined;
  readonly enabled?: boolean | undefined;
}

export interface CreatedKey {
  readonly key: Key;
  /** Shown this once; only its digest is kept. */
  readonly value: string;
}

export interface Keys {
  create(input: CreateKeyInput): Promise<CreatedKey>;
  get(id: KeyId): Promise<Key | null>;
  list(userId: UserId): Promise<readonly Key[]>;
  /** The enabled key of an enabled user with this value, which belongs to this service. */
  verify(value: string, input?: FlowInput): Promise<{ readonly key: Key; readonly user: PublicUser }>;
}

export interface CreateServiceInput {
  readonly name: string;
  readonly url: string;
  readonly links: ServiceLinks;
  /** Where callers may have the link of a reset mail lead; nowhere but to `links.reset` where left out. See {@link checkResetUrl}. */
  readonly resetUrls?: readonly string[] | undefined;
}

export interface Services {
  /** The service and its first key, in one commit. */
  createWithKey(input: CreateServiceInput): Promise<{ readonly service: Service } & CreatedKey>;
  get(id: ServiceId): Promise<Service | null>;
  /** The enabled service whose enabled key has this value. */
  authenticate(value: string): Promise<Service>;
}

/** Every flow around a forgotten or changed password. */
export interface Pwreset {
  /** In whose name a call is made that names no service: the configured one, or `null` where every call has to name its own. */
  readonly defaultService: ServiceId | null;
  beginReset(input: BeginResetInput): Promise<void>;
  /** As `beginReset`, with a mail that also shows a code to be typed. */
  beginCodeReset(input: BeginCodeResetInput): Promise<void>;
  /** Begins a reset for a user whom the calling service names by id; the service never sees the token. */
  beginProfileReset(input: BeginProfileResetInput): Promise<ProfileResetBegun>;
  confirmReset(input: ConfirmResetInput): Promise<PasswordChanged>;
  confirmCodeReset(input: ConfirmCodeResetInput): Promise<PasswordChanged>;
  checkToken(input: CheckTokenInput): Promise<CheckTokenResult>;
  revoke(input: RevokeInput): Promise<Revoked>;
  updatePassword(input: UpdatePasswordInput): Promise<PasswordChanged>;
  emailChanged(input: EmailChangedInput): Promise<{ readonly audit: AttemptId }>;
  login(input: LoginInput): Promise<LoggedIn>;
  readonly users: Users;
  /** Delivers what is due now, what follows from it included, and returns how many jobs it took in hand. */
  deliver(options?: { readonly signal?: AbortSignal }): Promise<number>;
  /**
   * Delivers what is due now, as `deliver` does, and waits for what is under way elsewhere in this process. In the background
   * a begin is due only after its random delay.
   */
  idle(): Promise<void>;
  /** Deletes what ended more than `olderThanMs` ago (90 days by default), in bounded steps; returns how many rows. */
  purge(options?: { readonly olderThanMs?: number; readonly batch?: number }): Promise<number>;
  /** Stops delivery: finishes what is in hand or gives it back. */
  close(): Promise<void>;
}

/** The flows, and the users, keys and services that the storage's Directory keeps. */
export interface DirectoryPwreset extends Pwreset {
  readonly users: DirectoryUsers;
  readonly keys: Keys;
  readonly services: Services;
}
