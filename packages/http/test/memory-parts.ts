import type { PwresetEvent } from '@pwreset/core';
import { faultyStorage, manualClock, memoryMailer, memoryStorage, testHasher } from '@pwreset/memory';
import * as z from 'zod';
import type { HttpFault } from '../src/index.js';

/** What every world of these tests is made of, and what it hears. */
export function memoryParts() {
  const memory = memoryStorage();
  const events: PwresetEvent[] = [];
  const faults: HttpFault[] = [];
  const ports = { storage: faultyStorage(memory), clock: manualClock(), mailer: memoryMailer(), hasher: testHasher() };
  const options = {
    ...ports,
    secret: 'a secret of thirty-two bytes or more',
    delivery: 'manual',
    onEvent: (event: PwresetEvent) => events.push(event),
  } as const;
  /** What is kept, apart from the limits, which every request may charge. */
  const kept = (): string =>
    JSON.stringify({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(memory.dump())), limits: null });
  const onFault = (fault: HttpFault) => faults.push(fault);
  return { memory, events, faults, options, kept, onFault, ...ports };
}
