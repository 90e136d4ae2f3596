import { library } from '../../.config/tsup.js';

// The demo runs from the packages' sources: they go into one file, and so do their pure-JavaScript dependencies. What is
// native, and what package.json lists, stays outside.
export default library({
  entry: ['src/main.ts'],
  target: 'node24',
  dts: false,
  noExternal: [/^@pwreset\//],
  external: ['better-sqlite3', 'pg', '@node-rs/argon2'],
});
