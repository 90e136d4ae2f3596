const width = 120;

/** As the formatter of this repository writes JSON: a list of plain values on one line where it fits. */
export function prettyJson(value: unknown, indent = '', lead = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => {
      const key = isList ? '' : `${JSON.stringify(name)}: `;
      return key + prettyJson(item, inner, key.length);
    });
  const [open, close] = isList ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  const line = `${open}${parts.join(', ')}${close}`;
  const plain = Object.values(value).every((item) => typeof item !== 'object' || item === null);
  // One more for the comma that may follow.
  if (isList && plain && indent.length + lead + line.length + 1 <= width) return line;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}
