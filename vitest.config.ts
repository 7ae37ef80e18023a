// The vitest suites: the package in Node, pages in real browsers, and the examples with the package from its tarball.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const full = process.env['ATTENSCOPE_FULL'] === '1'

export default defineConfig({
  test: {
    // An aborted or hung call has to fail by itself, long before the suite's own limit.
    testTimeout: full ? 120_000 : 30_000,
    hookTimeout: 60_000,
    // The files that a load keeps go into a folder of this run, apart from the user's own cache.
    env: { ATTENSCOPE_CACHE: mkdtempSync(join(tmpdir(), 'attenscope-cache-')) },
    projects: [
      { extends: true, test: { name: 'package', include: ['wasm-tests/ts/**/*.test.ts'] } },
      // The package from its tarball: packed, installed, bundled.
      {
        extends: true,
        test: { name: 'examples', include: ['wasm-tests/examples/**/*.test.ts'], fileParallelism: false }
      },
      // One file at a time: the machine may have two cores, and some tests read a clock. On a busy machine a page may show
      // its result late, so assertions that poll wait 10 s; the tests of speed measure their times themselves.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['wasm-tests/browser/**/*.test.ts'],
          globalSetup: 'wasm-tests/browser/built-site.ts',
          fileParallelism: false,
          expect: { poll: { timeout: 10_000 } }
        }
      }
    ]
  }
})
