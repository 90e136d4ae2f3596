import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { native, openApi } from '@pwreset/http';
import generate, { astToString } from 'openapi-typescript';
import ts from 'typescript';

/** A client's types, as they are made from the document that a server hands out. */
async function typesOfNative(): Promise<string> {
  const document = openApi({ dialects: [native()], title: 'native', version: '1.0.0' });
  return astToString(await generate(JSON.stringify(document)));
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
};

/**
 * A folder with the generated types in `native.d.ts`, and these programs beside them, which find the packages that are
 * installed for this one.
 */
export async function clientFolder(programs: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'pwreset-client-'));
  await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'), 'junction');
  const write = (file: string, text: string): Promise<void> => writeFile(join(folder, file), text);
  await write('package.json', '{"type":"module"}');
  await write('native.d.ts', await typesOfNative());
  await Promise.all(Object.entries(programs).map(([name, text]) => write(`${name}.ts`, text)));
  const files = Object.keys(programs).map((name) => join(folder, `${name}.ts`));
  const program = ts.createProgram([join(folder, 'native.d.ts'), ...files], compilerOptions);

  return {
    /** What the compiler says of a program, or of the types themselves. */
    errorsOf(name: string): readonly string[] {
      const file = program.getSourceFile(join(folder, name));
      if (file === undefined) throw new Error(`there is no ${name}`);
      const said = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return said.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
    /** The module that a program is. */
    async load(name: string): Promise<unknown> {
      const text = programs[name];
      if (text === undefined) throw new Error(`there is no ${name}`);
      await write(`${name}.js`, ts.transpile(text, compilerOptions));
      return import(/* @vite-ignore */ pathToFileURL(join(folder, `${name}.js`)).href);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
