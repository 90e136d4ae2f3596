import type { StrengthEstimator } from '@pwreset/core';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** Beyond this a password is strong anyway, and the estimate takes long. */
const maxEstimatedLength = 100;

/** Estimates how hard a password is to guess, 0 to 4. */
export function zxcvbnStrength(): StrengthEstimator {
  const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return (password) => estimator.check(password.slice(0, maxEstimatedLength)).score;
}
