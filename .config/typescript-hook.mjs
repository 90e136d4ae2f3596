import { registerHooks } from 'node:module';

// The sources import `.js` and are `.ts`: Node reads TypeScript by itself and looks for what is written.
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return next(specifier.replace(/js$/, 'ts'), context);
    }
  },
});
