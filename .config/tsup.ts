import { defineConfig, type Options } from 'tsup';

/** How every package is built: one ESM file with its declarations, dependencies left to the installer. */
export function library(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'node22',
    platform: 'node',
    tsconfig: '../../tsconfig.base.json',
    dts: true,
    sourcemap: true,
    clean: true,
    removeNodeProtocol: false,
    silent: true,
    ...options,
  });
}
