import type { Comparison } from './floor-part.js';
import type { HttpComparison } from './http-part.js';
import type { Growth } from './scale-part.js';

interface Column<Row> {
  readonly title: string;
  readonly width: number;
  /** Numbers stand on the right, words on the left. */
  readonly isNumber: boolean;
  text(row: Row): string;
}

const word = <Row>(title: string, width: number, text: (row: Row) => string): Column<Row> => ({
  title,
  width,
  isNumber: false,
  text,
});
const figure = <Row>(title: string, text: (row: Row) => string): Column<Row> => ({
  title,
  width: Math.max(title.length, 7),
  isNumber: true,
  text,
});

const rate = (perSecond: number): string => perSecond.toFixed(0);
const ms = (value: number): string => value.toFixed(value < 10 ? 3 : 1);
const times = (value: number): string => value.toFixed(2);
const verdict = (met: boolean | null): string => (met === null ? '' : met ? 'met' : 'missed');

const comparisonColumns: readonly Column<Comparison>[] = [
  word('operation', 9, ({ operation }) => operation),
  word('database', 21, ({ database, mode }) => `${database} ${mode}`),
  word('floor', 10, ({ floor }) => floor.name),
  figure('at once', ({ atOnce }) => String(atOnce)),
  figure('ours/s', ({ ours }) => rate(ours.perSecond)),
  figure('floor/s', ({ floor }) => rate(floor.perSecond)),
  figure('ratio', ({ ratio }) => times(ratio)),
  figure('ours p50', ({ ours }) => ms(ours.p50Ms)),
  figure('p99 ms', ({ ours }) => ms(ours.p99Ms)),
  figure('floor p50', ({ floor }) => ms(floor.p50Ms)),
  figure('p99 ms', ({ floor }) => ms(floor.p99Ms)),
  figure('p99 ratio', ({ p99Ratio }) => times(p99Ratio)),
  word('aim', 6, ({ met }) => verdict(met)),
];

const growthColumns: readonly Column<Growth>[] = [
  word('operation', 9, ({ operation }) => operation),
  word('database', 21, ({ database, mode }) => `${database} ${mode}`),
  word('side', 10, ({ contestant }) => contestant),
  figure('users', ({ rows }) => rows.toExponential(0)),
  figure('p50 ms', ({ medianMs }) => ms(medianMs)),
  figure('at first', ({ against }) => against.rows.toExponential(0)),
  figure('p50 ms', ({ against }) => ms(against.medianMs)),
  figure('growth', ({ growth }) => times(growth)),
  word('aim', 6, ({ met }) => verdict(met)),
];

const httpColumns: readonly Column<HttpComparison>[] = [
  word('framework', 9, ({ framework }) => framework),
  word('database', 17, ({ database, mode }) => `${database} ${mode}`),
  word('floor', 10, ({ floor }) => floor.name),
  figure('echo/s', ({ echo }) => rate(echo.perSecond)),
  figure('busy', ({ echo }) => times(echo.busy)),
  figure('floor/s', ({ floor }) => rate(floor.perSecond)),
  figure('by hand/s', ({ byHand }) => rate(byHand.perSecond)),
  figure('together/s', ({ togetherPerSecond }) => rate(togetherPerSecond)),
  figure('ours/s', ({ ours }) => rate(ours.perSecond)),
  figure('ratio', ({ ratio }) => times(ratio)),
  figure('cpu ratio', ({ cpuRatio }) => times(cpuRatio)),
  figure('p50 ms', ({ ours }) => ms(ours.p50Ms)),
  figure('p99 ms', ({ ours }) => ms(ours.p99Ms)),
  word('aim', 6, ({ met }) => verdict(met)),
];

const line = <Row>(columns: readonly Column<Row>[], text: (column: Column<Row>) => string): string =>
  columns
    .map((column) => (column.isNumber ? text(column).padStart(column.width) : text(column).padEnd(column.width)))
    .join('  ')
    .trimEnd();

/** A table that is printed line by line while it is measured. */
export interface Table<Row> {
  readonly head: string;
  row(row: Row): string;
}

const table = <Row>(columns: readonly Column<Row>[]): Table<Row> => ({
  head: line(columns, ({ title }) => title),
  row: (row) => line(columns, ({ text }) => text(row)),
});

export const comparisonTable: Table<Comparison> = table(comparisonColumns);
export const growthTable: Table<Growth> = table(growthColumns);
export const httpTable: Table<HttpComparison> = table(httpColumns);
