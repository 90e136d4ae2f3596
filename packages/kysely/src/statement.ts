import { type Compilable, type Expression, type OperationNode, ValueNode } from 'kysely';
import { isStorable, type SqlValue } from './sql-value.js';

/** A statement with its values, ready for a driver. Statements of one shape share one `sql`, the same string object. */
export interface Query {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A place in a statement that is compiled once and filled by name at each use. */
export class Slot<Value> implements Expression<Value> {
  constructor(
    readonly name: string,
    readonly kind: 'text' | 'number',
  ) {}

  get expressionType(): Value | undefined {
    return undefined;
  }

  toOperationNode(): OperationNode {
    return ValueNode.create(this);
  }
}

type NamesOf<Shape, Value> = { [Name in keyof Shape]: Shape[Name] extends Value ? Name : never }[keyof Shape] & string;

/** Names a place that holds text, or a number. */
export interface Slots<Shape> {
  <Name extends NamesOf<Shape, string | null>>(name: Name): Slot<Shape[Name]>;
  number<Name extends NamesOf<Shape, number | null>>(name: Name): Slot<Shape[Name]>;
}

/** A statement's text and its places, in their order. */
export interface Compiled {
  readonly sql: string;
  readonly slots: readonly Slot<unknown>[];
}

/** Fills the slots of one statement. @throws {TypeError} for a value that no database keeps as it is. */
export interface Statement<Shape> {
  (values: Shape): Query;
  compiled(): Compiled;
}

/** A statement that Kysely compiles at its first use and never again. */
export function statement<Shape extends object>(build: (slot: Slots<Shape>) => Compilable): Statement<Shape> {
  let known: Compiled | null = null;
  const compiled = (): Compiled => {
    known ??= compile(build(slotsOf<Shape>()));
    return known;
  };
  const fill = (values: Shape): Query => {
    const { sql, slots } = compiled();
    return { sql, values: slots.map((slot) => filled(slot, values)) };
  };
  return Object.assign(fill, { compiled });
}

const slotsOf = <Shape>(): Slots<Shape> =>
  Object.assign(<Name extends NamesOf<Shape, string | null>>(name: Name) => new Slot<Shape[Name]>(name, 'text'), {
    number: <Name extends NamesOf<Shape, number | null>>(name: Name) => new Slot<Shape[Name]>(name, 'number'),
  });

function compile(compilable: Compilable): Compiled {
  const { sql, parameters } = compilable.compile();
  const slots = parameters.map((parameter) => {
    if (parameter instanceof Slot) return parameter;
    throw new TypeError(`a constant stands as a parameter in: ${sql}`);
  });
  return { sql, slots };
}

/** Statements that differ in a number or a set of names: one for each such `shape`, compiled once. */
export function statementsBy<Shape extends object, Kind extends string | number>(
  build: (kind: Kind, slot: Slots<Shape>) => Compilable,
): (kind: Kind) => Statement<Shape> {
  const known = new Map<Kind, Statement<Shape>>();
  return (kind) => {
    const found = known.get(kind) ?? statement<Shape>((slot) => build(kind, slot));
    known.set(kind, found);
    return found;
  };
}

function filled({ name }: Slot<unknown>, values: object): SqlValue {
  const value: unknown = Reflect.get(values, name);
  if (value === null) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') {
    if (isStorable(value)) return value;
    throw new TypeError(`${name} holds U+0000 or a lone surrogate, which databases do not keep`);
  }
  throw new TypeError(`${name} must be text, a finite number or null`);
}
