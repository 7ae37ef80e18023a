// Checks .github/workflows with actionlint: uses the actionlint on the PATH, or builds a pinned version with Go.
import { pathToFileURL } from 'node:url'
import { main, UserError } from './lib/log.mjs'
import { root } from './lib/paths.mjs'
import { execute, has } from './lib/run.mjs'

const pinned = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'

/** Runs actionlint on every workflow: { code, output }. */
export async function checkWorkflows() {
  const tool = (await has('actionlint')) ? ['actionlint'] : (await has('go')) ? ['go', 'run', pinned] : undefined
  if (!tool) throw new UserError(`Neither actionlint nor Go was found: install one of them (go install ${pinned}).`)
  return execute([...tool, '-no-color'], { cwd: root })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    const { code, output } = await checkWorkflows()
    process.stdout.write(output)
    if (code !== 0) throw new UserError('actionlint found faults in .github/workflows.')
  })
}
