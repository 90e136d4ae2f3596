import type { JsonSchema } from '../src/index.js';
import { propertiesOf } from '../src/openapi-schema.js';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** From and to, as far as there is either. */
function range(from: unknown, to: unknown, unit: string): string {
  if (to === undefined) return '';
  return typeof from === 'number' ? `, ${from} to ${to}${unit}` : `, up to ${to}${unit}`;
}

/** What a field may be, in words besides `null`. */
function kindOf(schema: JsonSchema): string {
  const others = listOf(schema['anyOf']).filter(isSchema);
  if (others.length > 0) {
    const kinds = others.filter(({ type }) => type !== 'null').map(kindOf);
    return [...new Set(kinds)].join(' or ');
  }
  const { const: only, items, minLength, maxLength, minimum, maximum, maxItems } = schema;
  if (only !== undefined) return `\`${String(only)}\``;
  const choices = listOf(schema['enum']);
  if (choices.length > 0) return choices.map((choice) => `\`${String(choice)}\``).join(', ');
  const type = listOf(schema['type']).find((one) => one !== 'null') ?? schema['type'];
  if (type === 'string') return `text${range(minLength, maxLength, ' characters')}`;
  if (type === 'array')
    return `a list of ${isSchema(items) ? kindOf(items) : 'anything'}${range(undefined, maxItems, ' items')}`;
  return `${String(type ?? 'anything')}${range(minimum, maximum, '')}`;
}

const needOf = (required: boolean, schema: JsonSchema): string => {
  const types = [schema, ...listOf(schema['anyOf']).filter(isSchema)].flatMap(({ type }) => type);
  return required ? 'required' : types.includes('null') ? 'optional or `null`' : 'optional';
};

/** The fields of a request, a line each. */
export function fieldLines(schema: JsonSchema): readonly string[] {
  const fields = propertiesOf(schema);
  if (fields.length === 0) return [];
  return [
    '| field | takes | |',
    '| --- | --- | --- |',
    ...fields.map(({ name, required, schema: field }) => {
      const says = typeof field['description'] === 'string' ? field['description'] : '';
      return `| \`${name}\` | ${kindOf(field)} | ${[needOf(required, field), says].filter((word) => word !== '').join('. ')} |`;
    }),
    '',
  ];
}
