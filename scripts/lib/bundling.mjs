// How every bundle of the package reads its sources.
import { join } from 'node:path'
import { root } from './paths.mjs'

export const bundling = {
  external: /^node:/,
  // A library names Node's modules without using them in what we take of it; pages and their bundlers have none.
  treeshake: { moduleSideEffects: [{ external: true, sideEffects: false }] },
  tsconfig: join(root, 'tsconfig.json'),
  platform: 'neutral',
  // The catalogue's library asks whether it is being developed with.
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  resolve: {
    mainFields: ['module', 'main'],
    extensionAlias: { '.js': ['.ts', '.js'] }
  }
}
