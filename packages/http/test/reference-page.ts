import type { Pwreset } from '@pwreset/core';
import { type DocumentedFailure, documentedFailures } from '../src/documented-failures.js';
import type { Dialect } from '../src/index.js';
import { type DocumentedRow, documentedRows } from '../src/openapi.js';
import { jsonSchemaOf } from '../src/openapi-schema.js';
import { exampleRequest } from './example-request.js';
import { prettyJson } from './pretty-json.js';
import { fieldLines } from './reference-fields.js';

const origin = 'https://app.example';

/** The page of the reference: an introduction, in which placeholders may stand, and what the tables of the dialects say. */
export function referencePage<P extends Pwreset>(
  introduction: string,
  placeholders: Readonly<Record<string, string>>,
  dialects: readonly Dialect<P>[],
): string {
  const said = introduction.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => placeholders[name] ?? whole);
  return [said.trimEnd(), '', ...dialects.flatMap(dialectLines)].join('\n');
}

function dialectLines<P extends Pwreset>(dialect: Dialect<P>): readonly string[] {
  const rows = documentedRows(dialect);
  return [
    `## The ${dialect.name} dialect`,
    '',
    ...(dialect.docs === undefined ? [] : [dialect.docs.description, '']),
    ...rows.flatMap((row) => rowLines(dialect, row)),
  ];
}

function rowLines<P extends Pwreset>(dialect: Dialect<P>, row: DocumentedRow<P>): readonly string[] {
  const { route, docs } = row;
  const fields = route.reads.length === 0 ? [] : fieldLines(jsonSchemaOf(route.input, 'input'));
  return [
    `### ${route.method} ${route.path}`,
    '',
    `${docs.summary}.${sources(route.reads)}`,
    '',
    ...fields,
    ...fenced('sh', curlOf(dialect, row)),
    ...answerLines(row),
    ...failureLines(documentedFailures(route, docs)),
  ];
}

const sourceNames = { json: 'JSON', form: 'a form', query: 'the query' } as const;

const either = new Intl.ListFormat('en', { type: 'disjunction' });

const sources = (reads: DocumentedRow<Pwreset>['route']['reads']): string =>
  reads.length < 2 ? '' : ` Takes ${either.format(reads.map((source) => sourceNames[source]))}.`;

const fenced = (language: string, text: string): readonly string[] => [`\`\`\`${language}`, text, '```', ''];

/** For a shell: nothing in single quotes means anything. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function curlOf<P extends Pwreset>(dialect: Dialect<P>, row: DocumentedRow<P>): string {
  const { method, path, query, headers, body } = exampleRequest(dialect, row);
  const url = `${origin}${path}${query === '' ? '' : `?${query}`}`;
  return [
    `curl --request ${method} ${query === '' ? url : quoted(url)}`,
    ...headers.map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data ${quoted(body)}`]),
  ].join(' \\\n  ');
}

function answerLines<P extends Pwreset>({ route, docs }: DocumentedRow<P>): readonly string[] {
  const { answer, headers = {} } = docs.example;
  const named = Object.entries(headers).map(([name, value]) => `\`${name}: ${value}\``);
  const status = `${route.status}${named.length === 0 ? '' : ` with ${named.join(', ')}`}`;
  return docs.output === null
    ? [`${status}, without a body.`, '']
    : [`${status}:`, '', ...fenced('json', prettyJson(answer))];
}

/** One line for what looks the same. */
function failureLines(failures: readonly DocumentedFailure[]): readonly string[] {
  const mediaTypes = [...new Set(failures.map(({ mediaType }) => `\`${mediaType}\``))].join(' or ');
  const looks = Map.groupBy(failures, ({ status, json }) => JSON.stringify([status, json]));
  return [
    `| error | body, as ${mediaTypes} | when |`,
    '| --- | --- | --- |',
    ...[...looks.values()].flatMap((alike) => alike.slice(0, 1).map((first) => failureLine(first, alike))),
    '',
  ];
}

function failureLine({ status, json }: DocumentedFailure, alike: readonly DocumentedFailure[]): string {
  const body = json === undefined ? 'none' : `\`${JSON.stringify(json)}\``;
  return `| ${status} | ${body} | ${alike.map(whenOf).join('. ')} |`;
}

const whenOf = ({ when, headers }: DocumentedFailure): string =>
  headers.length === 0 ? when : `${when} (${headers.map((name) => `\`${name}\``).join(', ')})`;
