import {
  type Application,
  directoryApplication,
  type StorageUnderTest,
  testDirectory,
  testStorage,
} from '@pwreset/conformance';
import { isGuard, type Step, type Storage } from '@pwreset/core';
import { expect, it } from 'vitest';
import { type MemoryStorage, memoryStorage } from '../src/storage.js';

/** A storage that keeps the contract, with its application. */
export interface Sound {
  readonly storage: MemoryStorage;
  readonly application: Application;
}

/** What is wrong with a storage: the methods that differ from a sound one's. */
export interface Broken {
  readonly storage?: Partial<MemoryStorage>;
  readonly application?: Partial<Application>;
  readonly dispose?: () => Promise<void>;
}

export type Defect = (sound: Sound) => Broken;

/** Defects by what they do, each with the case of the kit that is meant for it. */
export type Defects = Readonly<Record<string, readonly [Defect, string]>>;

function made(defect: Defect): StorageUnderTest & { readonly storage: MemoryStorage } {
  const storage = memoryStorage();
  const application = directoryApplication(storage, async (id, columns) => storage.editUser(id, columns));
  const broken = defect({ storage, application });
  return {
    storage: { ...storage, ...broken.storage },
    application: { ...application, ...broken.application },
    dispose: broken.dispose ?? (async () => {}),
  };
}

interface Case {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** The whole kit over storages with a defect. */
export function kitOver(defect: Defect): readonly Case[] {
  const cases: Case[] = [];
  const factory = async () => made(defect);
  const test = (name: string, run: () => Promise<void>) => cases.push({ name, run });
  testStorage({ test, factory });
  testDirectory({ test, factory });
  return cases;
}

/** Runs the whole kit and answers the names of the cases that failed. */
export async function failuresOf(cases: readonly Case[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of cases) await run().catch(() => failed.push(name));
  return failed;
}

/** Registers a test for each defect: the case that is meant for it fails. */
export function catches(defects: Defects): void {
  it.each(Object.entries(defects))('catches a storage where %s', async (_, [defect, name]) => {
    const meant = kitOver(defect).filter((one) => one.name === name);
    expect(await failuresOf(meant)).toEqual([name]);
  });
}

/** A storage whose lists are changed before they are carried out. */
export const changingLists =
  (change: (steps: readonly Step[]) => readonly Step[]): Defect =>
  ({ storage }) => ({ storage: { commit: (steps, limits) => storage.commit(change(steps), limits) } });

/** A storage that changes each step before it is carried out. */
export const changingSteps = (change: (step: Step) => Step): Defect => changingLists((steps) => steps.map(change));

/** A storage that leaves steps of a type out. */
export const ignoring = (type: Step['type']): Defect =>
  changingLists((steps) => steps.filter((step) => step.type !== type));

/** A storage that changes the text of the effects which it writes. */
export const changingText = (change: (text: string) => string): Defect =>
  changingSteps((step) => (isGuard(step) ? step : withText(step, change)));

function withText(step: Step, change: (text: string) => string): Step {
  return JSON.parse(
    JSON.stringify(step, (key, value) => (key !== 'type' && typeof value === 'string' ? change(value) : value)),
  );
}

/** A storage in which one method differs. */
export const replacing =
  <Name extends keyof Storage>(name: Name, make: (sound: Sound) => Storage[Name]): Defect =>
  (sound) => ({ storage: { [name]: make(sound) } });
