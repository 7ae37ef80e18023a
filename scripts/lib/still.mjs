// Builds still.js, the script of the pages that `attenscope render` writes: views of a saved trace in one classic script.
import { join } from 'node:path'
import { bundling, guardedElements } from './bundling.mjs'
import { root } from './paths.mjs'

/** The views take the small part of the package that needs no engine. */
const withoutEngine = {
  name: 'without-engine',
  resolveId: (source) => (source === 'attenscope' ? join(root, 'web/still/package.ts') : null)
}

/** The bundle's settings, for the file `still.js` in a folder. */
export const stillBundle = (folder) => ({
  ...bundling,
  input: join(root, 'web/still/index.ts'),
  plugins: [withoutEngine, guardedElements],
  output: { file: join(folder, 'still.js'), format: 'iife', minify: true, codeSplitting: false }
})
