import * as z from 'zod';
import type { JsonSchema } from './openapi-document.js';

/**
 * What a schema takes (`input`) or gives (`output`). What JSON Schema cannot say, such as a refinement, is left out; a format
 * is named without the pattern by which zod checks it.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...said } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      // What a number can hold at all is no rule of the dialect.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return said;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The properties of an object's schema by name, and which of them are required. */
export function propertiesOf(schema: JsonSchema): readonly {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}[] {
  const { properties, required } = schema;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(isObject(properties) ? properties : {}).map(([name, property]) => ({
    name,
    required: needed.includes(name),
    schema: isObject(property) ? property : {},
  }));
}

/** A schema that all of these values fit: for what a dialect shows and has no schema of. */
export function schemaOfSamples(values: readonly unknown[]): JsonSchema {
  if (values.every(isObject)) {
    const names = new Set(values.flatMap((value) => Object.keys(value)));
    const held = (name: string) => values.filter((value) => Object.hasOwn(value, name));
    return {
      type: 'object',
      properties: Object.fromEntries(
        [...names].map((name) => [name, schemaOfSamples(held(name).map((value) => value[name]))]),
      ),
      required: [...names].filter((name) => held(name).length === values.length),
    };
  }
  if (values.every((value) => Array.isArray(value))) {
    const items: readonly unknown[] = values.flat();
    return items.length === 0 ? { type: 'array' } : { type: 'array', items: schemaOfSamples(items) };
  }
  const types = [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
  const [type] = types;
  return types.length === 1 && type !== 'object' ? { type } : {};
}
