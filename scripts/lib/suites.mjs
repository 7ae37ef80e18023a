// The test suites: what each needs, how it is run, and how its tests are counted.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { buildPreset, generatedTypes } from '../build-wasm.mjs'
import { checkLayers } from '../check-layers.mjs'
import { writeApiDocs } from '../docs.mjs'
import { formatters } from '../format.mjs'
import { toolExecute } from '../toolchain.mjs'
import { ensureBrowsers } from './browsers.mjs'
import { checkCounts, doctestCounts, sum, vitestCounts } from './counts.mjs'
import { linters } from './lint.mjs'
import { step } from './log.mjs'
import { packageCommand, pinnedEnv, systemNode } from './node.mjs'
import { presetDir, resultsDir, root } from './paths.mjs'
import { execute } from './run.mjs'

const fuzzTargets = ['config', 'run', 'weights']
const doctestFlags = ['--no-colors=true', '--minimal=false']
const testProgram = (preset, suffix = '') => join(presetDir(preset), `attenscope_tests${suffix}`)

/** Chooses among doctest's cases. */
const caseFlags = ({ name }) => (name === undefined ? [] : [`--test-case=${name}`])

/** Allocations too large to be had are tested for: they have to come back as null, as they do outside the sanitizers. */
const sanitizerOptions = { ASAN_OPTIONS: 'allocator_may_return_null=1', UBSAN_OPTIONS: 'print_stacktrace=1' }

/** Instruction sets of x86-64 beyond the narrowest: the preset that builds for each, and the flags of its processors. */
const widerSets = [
  { preset: 'sanitizers-avx2', flags: ['avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe'] },
  { preset: 'sanitizers-avx512', flags: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'] }
]

/** The presets of those instruction sets that this processor has; only Linux says so in a file. */
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
  const result = await toolExecute([testProgram(preset), ...doctestFlags, ...caseFlags(options)], { ...options, env })
  return { ...doctestCounts(result), output: result.output }
}

/** Fuzzes the C++ code that reads files and links of unknown origin. */
async function fuzz(options) {
  const secondsEach = options.env.ATTENSCOPE_FULL === '1' ? 60 : 7
  step('building the fuzz targets')
  await buildPreset('sanitizers', ['attenscope_fuzzers'])
  // A target uses one core: side by side, all cores have work.
  step(`fuzzing ${fuzzTargets.join(', ')}`)
  const results = await Promise.all(fuzzTargets.map((target) => fuzzOne(target, secondsEach, options)))
  return {
    ...sum(results.flat().map(checkCounts)),
    output: results
      .flat()
      .map(({ output }) => output)
      .join('')
  }
}

/** The corpus of one target as it is, then what libFuzzer derives from it. */
async function fuzzOne(target, seconds, options) {
  const corpus = join(root, 'wasm-tests/fuzz/corpus', target)
  // Inputs that reach new code are kept here; an input that ends the target is written beside it.
  const found = join(presetDir('sanitizers'), 'fuzz', target)
  mkdirSync(found, { recursive: true })
  const limits = ['-timeout=20', '-rss_limit_mb=4096', '-max_len=600', `-artifact_prefix=${found}-`]
  const program = join(presetDir('sanitizers'), `attenscope_${target}_fuzz`)
  const run = (more) => toolExecute([program, ...limits, ...more], { ...options, env: sanitizerOptions })
  const files = readdirSync(corpus).map((name) => join(corpus, name))
  return [await run(files), await run([`-max_total_time=${seconds}`, found, corpus])]
}

/** The C++ tests as WebAssembly in Node. */
async function wasmTests(preset, options) {
  step(`building build/${preset}/attenscope_tests`)
  await buildPreset(preset, ['attenscope_tests'])
  step('running it')
  const command = [packageCommand('node'), testProgram(preset, '.cjs'), ...doctestFlags, ...caseFlags(options)]
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
    ...(options.name === undefined ? [] : ['--testNamePattern', options.name]),
    ...options.files
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

/** The linters, each one test. */
async function lint(options) {
  const results = []
  for (const { name, run } of linters) {
    step(name)
    results.push(await run(options))
  }
  return { ...sum(results.map(checkCounts)), output: results.map(({ output }) => output).join('') }
}

/** The package as users with an old Node have it. */
async function nodeSmoke(options) {
  const result = await execute([await systemNode(), 'wasm-tests/ts/node-smoke.mjs'], { cwd: root, ...options })
  return { ...checkCounts(result), output: result.output }
}

/** The files that decide the result of a suite of C++ tests. */
const cppInputs = ['src', 'cmake', 'CMakeLists.txt', 'CMakePresets.json', 'wasm-tests/cpp', 'wasm-tests/golden']
/** The files that decide the result of a suite of TypeScript tests, apart from the tests themselves. */
const packageInputs = ['src', 'cmake', 'web', 'models', 'package-lock.json', 'vitest.config.ts']

/**
 * The suites, in their order:
 * - `needs`: 'setup' (everything is built), 'packages' (npm ci), 'tools' (the toolchain);
 * - `slow`: the suite has tests that run only with ATTENSCOPE_FULL=1; it then takes up to so many minutes on two cores;
 * - `quick: false`: a quick run leaves the suite out;
 * - `inputs`: the files on which its result depends; a suite whose inputs changed runs before the others;
 * - `testFiles`: the folder of the test files among which a command line can choose;
 * - `browsers`: its tests run in Chromium and Firefox;
 * - `takesName`: `--name` chooses among its tests.
 */
export const suites = [
  { name: 'layers', needs: [], run: () => ({ skipped: 0, ...checkLayers() }) },
  // Registers of another width take other ways through the kernels. A quick run tests the narrowest under the sanitizers
  // and the processor's own optimised; a full run tests each that the processor has under the sanitizers.
  {
    name: 'sanitizers',
    inputs: cppInputs,
    takesName: true,
    needs: ['tools'],
    run: (options) => nativeTests('sanitizers', options)
  },
  {
    name: 'native',
    inputs: cppInputs,
    takesName: true,
    needs: ['tools'],
    run: (options) => nativeTests('native', options)
  },
  ...presetsOfThisProcessor().map((preset) => ({
    name: preset,
    inputs: cppInputs,
    takesName: true,
    needs: ['tools'],
    quick: false,
    slow: 5,
    run: (options) => nativeTests(preset, options)
  })),
  { name: 'fuzz', inputs: [...cppInputs, 'wasm-tests/fuzz'], needs: ['tools'], slow: 5, run: fuzz },
  // The TypeScript suites run the base module in every quick run; its C++ tests fail almost only where those of
  // wasm-relaxed fail.
  {
    name: 'wasm-base',
    inputs: cppInputs,
    takesName: true,
    needs: ['tools', 'packages'],
    quick: false,
    slow: 5,
    run: (options) => wasmTests('wasm-base', options)
  },
  {
    name: 'wasm-relaxed',
    inputs: cppInputs,
    takesName: true,
    needs: ['tools', 'packages'],
    run: (options) => wasmTests('wasm-relaxed', options)
  },
  { name: 'types', needs: ['setup'], run: types },
  { name: 'format', needs: ['tools', 'packages'], run: format },
  { name: 'lint', needs: ['tools', 'packages'], slow: 15, run: lint },
  // Every exported name has its docstring.
  {
    name: 'docs',
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
    inputs: [...packageInputs, 'wasm-tests/ts', 'wasm-tests/golden'],
    testFiles: 'wasm-tests/ts',
    takesName: true,
    needs: ['setup'],
    slow: 13,
    run: (options) => vitest('package', options)
  },
  {
    name: 'examples',
    browsers: true,
    testFiles: 'wasm-tests/examples',
    takesName: true,
    needs: ['setup'],
    quick: false,
    slow: 7,
    run: async (options) => vitest('examples', options, await ensureBrowsers())
  },
  {
    name: 'browser',
    browsers: true,
    inputs: [...packageInputs, 'wasm-tests/browser'],
    testFiles: 'wasm-tests/browser',
    takesName: true,
    needs: ['setup'],
    slow: 34,
    run: async (options) => vitest('browser', options, await ensureBrowsers())
  },
  { name: 'node20', needs: ['setup'], run: nodeSmoke }
]
