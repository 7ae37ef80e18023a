// The test suites: what each needs, how it is run, and how its tests are counted.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { buildPreset, generatedTypes } from '../build-wasm.mjs'
import { checkLayers } from '../check-layers.mjs'
import { writeApiDocs } from '../docs.mjs'
import { formatters } from '../format.mjs'
import { linters } from '../lint.mjs'
import { toolExecute } from '../toolchain.mjs'
import { ensureBrowsers } from './browsers.mjs'
import { checkCounts, doctestCounts, sum, vitestCounts } from './counts.mjs'
import { step } from './log.mjs'
import { packageCommand, pinnedEnv, systemNode } from './node.mjs'
import { presetDir, resultsDir, root } from './paths.mjs'
import { execute } from './run.mjs'

const fuzzTargets = ['config', 'run', 'weights']
const doctestFlags = ['--no-colors=true', '--minimal=false']
/** doctest takes patterns of whole names, separated by commas. */
const onlyCases = ({ only = [] }) =>
  only.length > 0 ? [`--test-case=${only.map((name) => `*${name}*`).join(',')}`] : []
const testProgram = (preset, suffix = '') => join(presetDir(preset), `attenscope_tests${suffix}`)

/** Allocations too large to be had are tested for: they have to come back as null, as they do outside the sanitizers. */
const sanitizerOptions = { ASAN_OPTIONS: 'allocator_may_return_null=1', UBSAN_OPTIONS: 'print_stacktrace=1' }

/** Instruction sets of x86-64 beyond the narrowest: the preset that builds for each, and the flags of its processors. */
const widerSets = [
  { preset: 'sanitizers-avx2', flags: ['avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe'] },
  { preset: 'sanitizers-avx512', flags: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'] }
]

/** The presets of those instruction sets that this processor has; Linux alone says so in a file. */
function presetsOfThisProcessor() {
  const file = '/proc/cpuinfo'
  const flags = existsSync(file) ? /^flags\s*:(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1].split(' ') : undefined
  return widerSets.filter((set) => set.flags.every((flag) => flags?.includes(flag))).map(({ preset }) => preset)
}

/** The C++ tests as a program of this machine. */
async function nativeTests(preset, options) {
  const env = { ...sanitizerOptions, ...options.env }
  step(`building build/${preset}/attenscope_tests`)
  await buildPreset(preset, ['attenscope_tests'])
  step('running it')
  const result = await toolExecute([testProgram(preset), ...doctestFlags, ...onlyCases(options)], { ...options, env })
  return { ...doctestCounts(result), output: result.output }
}

/** What strangers' files and links reach in C++: the corpus as it stands, then what libFuzzer makes of it. */
async function fuzz(options) {
  const secondsEach = options.env.ATTENSCOPE_FULL === '1' ? 60 : 7
  step('building the fuzz targets')
  await buildPreset('sanitizers', ['attenscope_fuzzers'])
  const results = []
  for (const target of fuzzTargets) {
    const corpus = join(root, 'wasm-tests/fuzz/corpus', target)
    // What is found on the way is kept here; what a target dies of is written beside it.
    const found = join(presetDir('sanitizers'), 'fuzz', target)
    mkdirSync(found, { recursive: true })
    const limits = ['-timeout=20', '-rss_limit_mb=4096', '-max_len=600', `-artifact_prefix=${found}-`]
    const program = join(presetDir('sanitizers'), `attenscope_${target}_fuzz`)
    const run = (more) => toolExecute([program, ...limits, ...more], { ...options, env: sanitizerOptions })
    step(`fuzzing ${target}`)
    const files = readdirSync(corpus).map((name) => join(corpus, name))
    results.push(await run(files))
    results.push(await run([`-max_total_time=${secondsEach}`, found, corpus]))
  }
  return { ...sum(results.map(checkCounts)), output: results.map(({ output }) => output).join('') }
}

/** The C++ tests as WebAssembly in Node. */
async function wasmTests(preset, options) {
  step(`building build/${preset}/attenscope_tests`)
  await buildPreset(preset, ['attenscope_tests'])
  step('running it')
  const command = [packageCommand('node'), testProgram(preset, '.cjs'), ...doctestFlags, ...onlyCases(options)]
  const result = await execute(command, { ...options, env: { ...options.env, ...pinnedEnv() } })
  return { ...doctestCounts(result), output: result.output }
}

/** One project of vitest.config.ts. */
async function vitest(project, options, env = {}) {
  const report = join(resultsDir, `vitest-${project}.json`)
  mkdirSync(resultsDir, { recursive: true })
  rmSync(report, { force: true })
  const command = [
    packageCommand('vitest'),
    'run',
    ...['--project', project],
    ...['--reporter', 'default', '--reporter', 'json', '--outputFile', report],
    ...(options.only ?? [])
  ]
  const settings = { ...options.env, ...pinnedEnv(), NO_COLOR: '1', ...env }
  const result = await execute(command, { ...options, env: settings })
  return { ...vitestCounts(result, report), output: result.output }
}

/** The declarations that Embind generates are committed; a change of the bindings has to change them too. */
function compareGeneratedTypes() {
  const stale = generatedTypes.filter(
    ({ built, committed }) => !existsSync(committed) || readFileSync(built, 'utf8') !== readFileSync(committed, 'utf8')
  )
  const output = stale.map(
    ({ committed }) => `${relative(root, committed)} is not what Embind generates: npm run dev:wasm\n`
  )
  return { code: stale.length, output: output.join('') }
}

/** Everything with what the tests may use, and the package's own sources with what the oldest engines know. */
async function types(options) {
  const typecheck = (more) =>
    execute([packageCommand('tsc'), ...more], { ...options, env: { ...options.env, ...pinnedEnv() } })
  const results = [
    await typecheck(['--noEmit']),
    await typecheck([
      '--project',
      'tsconfig.build.json',
      '--noEmit',
      '--declaration',
      'false',
      '--emitDeclarationOnly',
      'false'
    ]),
    compareGeneratedTypes()
  ]
  return { ...sum(results.map(checkCounts)), output: results.map(({ output }) => output).join('') }
}

async function format() {
  const results = []
  for (const { run } of formatters) results.push(await run(true))
  return { ...sum(results.map(checkCounts)), output: results.map(({ output }) => output).join('') }
}

/** Faults that compilers let pass; a full run reads every C++ file. */
async function lint(options) {
  const results = []
  for (const { run } of linters) results.push(await run({ ...options, full: options.env.ATTENSCOPE_FULL === '1' }))
  return { ...sum(results.map(checkCounts)), output: results.map(({ output }) => output).join('') }
}

/** The package as users with an old Node have it. */
async function nodeSmoke(options) {
  const result = await execute([await systemNode(), 'wasm-tests/ts/node-smoke.mjs'], { cwd: root, ...options })
  return { ...checkCounts(result), output: result.output }
}

const cppInputs = ['src', 'cmake', 'CMakeLists.txt', 'CMakePresets.json', 'wasm-tests/cpp', 'wasm-tests/golden']
const webInputs = [...cppInputs, 'web', 'models', 'scripts/build-lib.mjs', 'rolldown.config.mjs', 'package-lock.json']
const everything = [...webInputs, 'wasm-tests', 'bench', 'scripts', 'training', 'examples', 'docs', 'README.md']

/**
 * In the order they run. `inputs`: the files and folders that decide how it ends. `needs`: 'setup' (everything built), 'packages' (npm ci), 'tools' (the toolchain).
 * `slow`: with ATTENSCOPE_FULL=1 there are tests in it that a plain run leaves out, and it then takes up to so many minutes
 * on two cores; `quick: false`: a plain run leaves it out as a whole.
 */
export const suites = [
  { name: 'layers', inputs: everything, needs: [], run: () => ({ skipped: 0, ...checkLayers() }) },
  // Registers of another width take other ways through the kernels. A plain run tests the narrowest under the sanitizers
  // and the processor's own optimised; a full run tests each that the processor has under the sanitizers.
  { name: 'sanitizers', inputs: cppInputs, needs: ['tools'], run: (options) => nativeTests('sanitizers', options) },
  { name: 'native', inputs: cppInputs, needs: ['tools'], run: (options) => nativeTests('native', options) },
  ...presetsOfThisProcessor().map((preset) => ({
    name: preset,
    inputs: cppInputs,
    needs: ['tools'],
    quick: false,
    slow: 4,
    run: (options) => nativeTests(preset, options)
  })),
  { name: 'fuzz', inputs: [...cppInputs, 'wasm-tests/fuzz'], needs: ['tools'], slow: 5, run: fuzz },
  {
    // The package's own tests run the base build too; its C++ tests take four minutes to build.
    name: 'wasm-base',
    inputs: cppInputs,
    needs: ['tools', 'packages'],
    quick: false,
    slow: 5,
    run: (options) => wasmTests('wasm-base', options)
  },
  {
    name: 'wasm-relaxed',
    inputs: cppInputs,
    needs: ['tools', 'packages'],
    run: (options) => wasmTests('wasm-relaxed', options)
  },
  { name: 'types', inputs: everything, needs: ['setup'], run: types },
  { name: 'format', inputs: everything, needs: ['tools', 'packages'], run: format },
  { name: 'lint', inputs: everything, needs: ['packages'], slow: 12, run: lint },
  // Every exported name has its docstring.
  {
    name: 'docs',
    inputs: webInputs,
    needs: ['packages'],
    quick: false,
    slow: 1,
    run: async (options) => {
      const result = await writeApiDocs(options)
      return { ...checkCounts(result), output: result.output }
    }
  },
  {
    name: 'package',
    inputs: [...webInputs, 'wasm-tests/ts', 'docs', 'README.md'],
    needs: ['setup'],
    slow: 13,
    run: (options) => vitest('package', options)
  },
  {
    name: 'examples',
    inputs: [...webInputs, 'wasm-tests/examples', 'examples'],
    needs: ['setup'],
    quick: false,
    slow: 7,
    run: async (options) => vitest('examples', options, await ensureBrowsers())
  },
  {
    name: 'browser',
    inputs: [...webInputs, 'wasm-tests/browser'],
    needs: ['setup'],
    slow: 34,
    run: async (options) => vitest('browser', options, await ensureBrowsers())
  },
  { name: 'node20', inputs: webInputs, needs: ['setup'], run: nodeSmoke }
]
