import type { Connections } from './connections.js';
import { inDoubt } from './faults.js';
import type { Session } from './session.js';

/**
 * Runs `work`, which begins a transaction and ends it. Whatever is thrown in between takes it back.
 */
export const transacted = <Result>(
  connections: Connections,
  work: (session: Session) => Promise<Result>,
): Promise<Result> =>
  connections.use(async (session) => {
    try {
      return await work(session);
    } catch (error) {
      await session.rollback();
      throw error;
    }
  });

/** @throws {@link CommitUnknown} where no answer comes */
export async function commit(session: Session): Promise<void> {
  requireCommitted(await inDoubt(session.send('commit')));
}

/** A transaction in which a statement failed is rolled back by a commit, which then says so and raises no error. */
export function requireCommitted({ command }: { readonly command: string }): void {
  if (command !== 'COMMIT') throw new Error(`the server answered a commit with ${command}`);
}
