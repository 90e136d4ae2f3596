import type { Step } from '@pwreset/core';
import { isOpen, type Tables } from './tables.js';

type TokenStep = Extract<Step, { readonly type: 'useToken' | 'issueToken' | 'closeTokens' }>;

export function applyTokenEffect({ tokens }: Tables, step: TokenStep): void {
  switch (step.type) {
    case 'useToken':
      tokens.change(step.tokenId, { usedAt: step.now, usedBy: step.attempt });
      break;
    case 'issueToken':
      if (tokens.has(step.token.id)) throw new Error('a token with this id has been issued before');
      tokens.set(step.token.id, { ...step.token, usedAt: null, usedBy: null, closedAt: null });
      break;
    case 'closeTokens': {
      const closing = tokens.where(
        (token) => token.userId === step.userId && step.purposes.includes(token.purpose) && isOpen(token),
      );
      for (const token of closing) tokens.change(token.id, { closedAt: step.now });
    }
  }
}
