import { describeFault, type Fault } from '@pwreset/core';

/** Something that went wrong here while a request was served; its caller was told nothing of it. */
export interface HttpFault {
  readonly dialect: string;
  readonly method: string;
  /** The row's path, with the placeholders in place: a path itself may hold what no log should. */
  readonly path: string;
  /** In words that are safe to log: addresses and tokens are masked. */
  readonly fault: Fault;
  /** As it was thrown. A driver's message may quote data. */
  readonly error: unknown;
}

export type FaultListener = (fault: HttpFault) => void;

export const httpFault = (where: Pick<HttpFault, 'dialect' | 'method' | 'path'>, error: unknown): HttpFault => ({
  ...where,
  fault: describeFault(error),
  error,
});

/** A warning of the process, with the safe words only; for an application that does not listen. Workers may have no process. */
export const warnOfFault: FaultListener = ({ dialect, method, path, fault }) => {
  const code = fault.code === null ? '' : ` (${fault.code})`;
  globalThis.process?.emitWarning?.(
    `${dialect}: ${method} ${path}: ${fault.name}${code}: ${fault.message}`,
    'PwresetFault',
  );
};

/** Tells the listener; what it throws must not change the answer. */
export function tell(listener: FaultListener, fault: HttpFault): void {
  try {
    listener(fault);
  } catch (error) {
    warnOfFault({ ...fault, fault: describeFault(error) });
    warnOfFault(fault);
  }
}
