import type { Effect } from '@pwreset/core';
import { type Tables, unusableMarker } from './tables.js';

type UserEffect = Extract<
  Effect,
  {
    readonly type:
      | 'setPassword'
      | 'rehashPassword'
      | 'invalidatePassword'
      | 'disableUser'
      | 'enableUser'
      | 'revokeKeys';
  }
>;

export function applyUserEffect({ users, keys }: Tables, effect: UserEffect): void {
  const { userId, now: updatedAt } = effect;
  switch (effect.type) {
    case 'setPassword':
      users.change(userId, { stored: effect.hash, passwordRequireUpdate: false, updatedAt });
      break;
    case 'rehashPassword':
      users.change(userId, { stored: effect.hash, updatedAt });
      break;
    case 'invalidatePassword':
      users.change(userId, { stored: unusableMarker, updatedAt });
      break;
    case 'disableUser':
      users.change(userId, { enabled: false, updatedAt });
      break;
    case 'enableUser':
      users.change(userId, { enabled: true, updatedAt });
      break;
    case 'revokeKeys':
      for (const key of keys.where((row) => row.userId === userId)) {
        keys.change(key.id, { enabled: false, revoked: true, updatedAt });
      }
  }
}
