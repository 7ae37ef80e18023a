// The vitest suites: the package in Node, the pages in real browsers, and the examples with the packed package.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const full = process.env['ATTENSCOPE_FULL'] === '1'

export default defineConfig({
  test: {
    // A call that hangs must fail alone, long before the time limit of the whole suite.
    testTimeout: full ? 120_000 : 30_000,
    hookTimeout: 60_000,
    // Models that a test loads are cached in a folder of this run, apart from the user's own cache.
    env: { ATTENSCOPE_CACHE: mkdtempSync(join(tmpdir(), 'attenscope-cache-')) },
    projects: [
      { extends: true, test: { name: 'package', include: ['wasm-tests/ts/**/*.test.ts'] } },
      // These tests pack the package into a tarball, install the tarball and bundle a program with the package. A framework's
      // development server may fail while it compiles, so a test has a second attempt, which the report names.
      {
        extends: true,
        test: { name: 'examples', include: ['wasm-tests/examples/**/*.test.ts'], fileParallelism: false, retry: 1 }
      },
      // Two files at a time, because a test waits for its page a part of the time. On a busy machine a page may show its
      // result late, so assertions that poll wait 10 s. Speed tests do not use these limits.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['wasm-tests/browser/**/*.test.ts'],
          globalSetup: 'wasm-tests/browser/built-site.ts',
          maxWorkers: 2,
          // Another program may use the processor for a while. The report names each test that passed at the second attempt.
          retry: 1,
          expect: { poll: { timeout: 10_000 } }
        }
      }
    ]
  }
})
