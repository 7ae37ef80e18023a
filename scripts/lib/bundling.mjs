// The bundler settings that all bundles of the package share.
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { root } from './paths.mjs'

export const bundling = {
  // With and without 'node:': the Hugging Face Hub client imports 'fs' and 'path' by their bare names.
  external: (id) => id.startsWith('node:') || builtinModules.includes(id),
  // The Hub client imports Node's modules in code that the package does not use. A page has no such modules.
  treeshake: { moduleSideEffects: [{ external: true, sideEffects: false }] },
  tsconfig: join(root, 'tsconfig.json'),
  platform: 'neutral',
  // Warnings and errors; the list of written files is left out.
  logLevel: 'warn',
  // Rolldown's BUNDLER_TIMINGS warning reports slow plugins; its limit is relative, and a bundle takes seconds.
  checks: { bundlerTimings: false },
  // @nanostores/i18n reads NODE_ENV to switch its development checks on.
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  resolve: {
    mainFields: ['module', 'main'],
    extensionAlias: { '.js': ['.ts', '.js'] }
  }
}
