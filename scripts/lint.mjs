// Runs the linters: `npm run lint -- [ruff|typescript-eslint|clang-tidy…] [--fix] [--full]`.
import { parseArgs } from 'node:util'
import { ensureDependencies } from './lib/dependencies.mjs'
import { linters } from './lib/lint.mjs'
import { main, step, UserError } from './lib/log.mjs'

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      // Corrects the faults that ruff and ESLint can correct automatically.
      fix: { type: 'boolean', default: false },
      // Checks every C++ file that has not yet passed, instead of only the changed files.
      full: { type: 'boolean', default: false }
    }
  })
  const names = linters.map(({ name }) => name)
  const unknown = positionals.filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw new UserError(`There is no linter ${unknown.join(', ')}; there are ${names.join(', ')}.`)
  await ensureDependencies()
  const env = values.full ? { ATTENSCOPE_FULL: '1' } : {}
  for (const { name, run } of linters) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    step(name)
    const { code, output } = await run({ fix: values.fix, env })
    process.stdout.write(output)
    if (code !== 0) process.exitCode = 1
  }
})
