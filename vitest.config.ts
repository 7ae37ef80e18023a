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
    // What loads keep of files goes where no user's own are.
    env: { ATTENSCOPE_CACHE: mkdtempSync(join(tmpdir(), 'attenscope-cache-')) },
    projects: [
      { extends: true, test: { name: 'package', include: ['wasm-tests/ts/**/*.test.ts'] } },
      // The package from its tarball: packed, installed, bundled.
      {
        extends: true,
        test: { name: 'examples', include: ['wasm-tests/examples/**/*.test.ts'], fileParallelism: false }
      },
      // One browser at a time: two cores, and tests that look at a clock. What a page has to show in the end it may show
      // late on a busy machine; tests of how soon measure it.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['wasm-tests/browser/**/*.test.ts'],
          fileParallelism: false,
          expect: { poll: { timeout: 10_000 } }
        }
      }
    ]
  }
})
