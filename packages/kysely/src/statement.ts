import { type Compilable, type Expression, type OperationNode, ValueNode } from 'kysely';
import { isStorable, type SqlValue } from './sql-value.js';

/** A statement with its values, ready for a driver. Statements of one shape share one `sql`, the same string object. */
export interface Query {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A place in a statement that is compiled once and filled by name at each use. */
class Slot<Value> implements Expression<Value> {
  constructor(readonly name: string) {}

  get expressionType(): Value | undefined {
    return undefined;
  }

  toOperationNode(): OperationNode {
    return ValueNode.create(this);
  }
}

type Values<Shape> = object & { readonly [Name in keyof Shape]: SqlValue };
export type Slots<Shape> = <Name extends keyof Shape & string>(name: Name) => Slot<Shape[Name]>;

/** Fills the slots of one statement. @throws {TypeError} for a value that no database keeps as it is. */
export type Statement<Shape> = (values: Shape) => Query;

/** A statement that Kysely compiles at its first use and never again. */
export function statement<Shape extends Values<Shape>>(build: (slot: Slots<Shape>) => Compilable): Statement<Shape> {
  let compiled: { readonly sql: string; readonly parameters: readonly unknown[] } | null = null;
  return (values) => {
    compiled ??= build((name) => new Slot(name)).compile();
    return { sql: compiled.sql, values: compiled.parameters.map((parameter) => filled(parameter, values)) };
  };
}

/** Statements that differ in a number or a set of names: one for each such `shape`, compiled once. */
export function statementsBy<Shape extends Values<Shape>, Kind extends string | number>(
  build: (kind: Kind, slot: Slots<Shape>) => Compilable,
): (kind: Kind) => Statement<Shape> {
  const known = new Map<Kind, Statement<Shape>>();
  return (kind) => {
    const found = known.get(kind) ?? statement<Shape>((slot) => build(kind, slot));
    known.set(kind, found);
    return found;
  };
}

function filled(parameter: unknown, values: object): SqlValue {
  const name = parameter instanceof Slot ? parameter.name : 'a constant';
  const value: unknown = parameter instanceof Slot ? Reflect.get(values, parameter.name) : parameter;
  if (value === null) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') {
    if (isStorable(value)) return value;
    throw new TypeError(`${name} holds U+0000 or a lone surrogate, which databases do not keep`);
  }
  throw new TypeError(`${name} must be text, a finite number or null`);
}
