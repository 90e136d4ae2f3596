import type { ChargeStatement, CommitStatement, StatementText } from '@pwreset/kysely';

export type Entry = CommitStatement | ChargeStatement;

/** What a list holds that is refused for another reason than a guard: the whole call is taken back. */
export const conflictCode = 'PW002';
export const takenCode = 'PW003';
export const refusedCode = 'PW004';
/** The call was made within a transaction that is not READ COMMITTED: its statements would not see what was committed last. */
export const isolationCode = 'PW001';

/** Puts the values of the item at hand where the statement has its places; `skip` of them belong to another statement. */
function inlined({ sql, kinds }: StatementText, skip = 0): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g, (found, place?: string) => {
    if (place === undefined) return found;
    const value = `pwreset_item ->> ${Number(place) + skip}`;
    return kinds[Number(place) - 1] === 'number' ? `(${value})::bigint` : `(${value})`;
  });
}

const performed = (statement: StatementText): string => inlined(statement).replace(/^select /, 'perform ');

const refuse = (code: string): string =>
  `if not found then raise exception '% refuses', pwreset_index using errcode = '${code}'; end if;`;

/** The item that raised a refusal. */
export const placeIn = (error: unknown): number =>
  error instanceof Error ? Number.parseInt(error.message, 10) : Number.NaN;

function bodyOf(entry: Entry): string {
  switch (entry.role) {
    case 'charge':
      return `${inlined(entry)} into pwreset_wait;
if not found then
  pwreset_wait := (${inlined(entry.retryAfter, entry.kinds.length)});
  return 'limited ' || pwreset_index || ' ' || pwreset_wait;
end if;`;
    case 'lock':
      return `${performed(entry)};`;
    case 'guard':
      return `${performed(entry)};\nif not found then return 'failed ' || pwreset_index; end if;`;
    case 'write':
      // One value more than the statement takes says that it has to write a row.
      return `${inlined(entry)};\nif pwreset_item ->> ${entry.kinds.length + 1} is not null then ${refuse(refusedCode)} end if;`;
    case 'conflict':
      return `${inlined(entry)};\n${refuse(conflictCode)}`;
    case 'attempt_taken':
      return `${inlined(entry)};\n${refuse(takenCode)}`;
  }
}

/** The number of an item that has its call wait for others that settle the same limit. */
export const queueNumber = -1;
/** Keeps these locks apart from those that an application takes. */
const lockSpace = 1_886_155_891;

/** Finds the statement by halving, so that none of many costs more than a few comparisons. `first` has the number `from`. */
function dispatch(bodies: readonly string[], from: number): string {
  if (bodies.length === 1) return bodies.join('');
  const half = Math.ceil(bodies.length / 2);
  return `if pwreset_op < ${from + half} then
${dispatch(bodies.slice(0, half), from)}
else
${dispatch(bodies.slice(half), from + half)}
end if;`;
}

/**
 * The body of a routine that carries out a plan: an array of items, each the number of a statement and its values. Number 0
 * is a guard that cannot hold, and a negative one a wait. Every statement stands in the text, so that its plan is kept by the session, and each takes a
 * fresh snapshot, since the routine is volatile: what follows a lock sees what was committed before it.
 */
export const routineBody = (entries: readonly Entry[]): string => `
#variable_conflict use_column
declare
  pwreset_item jsonb;
  pwreset_op integer;
  pwreset_wait bigint;
begin
if current_setting('transaction_isolation') <> 'read committed' then
  raise exception 'pwreset needs read committed' using errcode = '${isolationCode}';
end if;
for pwreset_index in 0 .. jsonb_array_length(pwreset_plan) - 1 loop
pwreset_item := pwreset_plan -> pwreset_index;
pwreset_op := (pwreset_item ->> 0)::integer;
if pwreset_op = 0 then return 'failed ' || pwreset_index; end if;
if pwreset_op = ${queueNumber} then
  perform pg_advisory_xact_lock(${lockSpace}, hashtext(pwreset_item ->> 1));
  continue;
end if;
${dispatch(entries.map(bodyOf), 1)}
end loop;
return 'applied';
end
`;
