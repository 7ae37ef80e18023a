/** Builds the demo site once, before the first browser test of a run. */
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export async function setup(): Promise<void> {
  await build({
    configFile: fileURLToPath(new URL('../../web/demo/vite.config.ts', import.meta.url)),
    logLevel: 'error'
  })
}
