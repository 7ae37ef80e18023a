// The test suites: for each, its preparation, the function that runs it, and the way to count its tests.
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

/** The doctest flags that select test cases by name. */
const caseFlags = ({ name }) => (name === undefined ? [] : [`--test-case=${name}`])

/** Tests ask for more memory than there is: the allocation must return null, as it does without the sanitizers. */
const sanitizerOptions = { ASAN_OPTIONS: 'allocator_may_return_null=1', UBSAN_OPTIONS: 'print_stacktrace=1' }

/** The wider instruction sets of x86-64: the preset for each, and the flags of a processor that supports it. */
const widerSets = [
  { preset: 'sanitizers-avx2', flags: ['avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe'] },
  { preset: 'sanitizers-avx512', flags: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'] }
]

/** The presets of the instruction sets that this processor supports. Only Linux lists them in a file. */
function presetsOfThisProcessor() {
  const file = '/proc/cpuinfo'
  const flags = existsSync(file) ? /^flags\s*:(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1].split(' ') : undefined
  return widerSets.filter((set) => set.flags.every((flag) => flags?.includes(flag))).map(({ preset }) => preset)
}

/** Runs the C++ tests as a native program. */
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
  // The targets run in parallel, because each uses only one core.
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

/** Runs one target on the inputs of its corpus, then on inputs that libFuzzer derives from them. */
async function fuzzOne(target, seconds, options) {
  const corpus = join(root, 'wasm-tests/fuzz/corpus', target)
  // libFuzzer writes inputs that reach new code into this folder, and inputs that crash the target next to it.
  const found = join(presetDir('sanitizers'), 'fuzz', target)
  mkdirSync(found, { recursive: true })
  const limits = ['-timeout=20', '-rss_limit_mb=4096', '-max_len=600', `-artifact_prefix=${found}-`]
  const program = join(presetDir('sanitizers'), `attenscope_${target}_fuzz`)
  const run = (more) => toolExecute([program, ...limits, ...more], { ...options, env: sanitizerOptions })
  const files = readdirSync(corpus).map((name) => join(corpus, name))
  return [await run(files), await run([`-max_total_time=${seconds}`, found, corpus])]
}

/** Runs the C++ tests as WebAssembly in Node. */
async function wasmTests(preset, options) {
  step(`building build/${preset}/attenscope_tests`)
  await buildPreset(preset, ['attenscope_tests'])
  step('running it')
  const command = [packageCommand('node'), testProgram(preset, '.cjs'), ...doctestFlags, ...caseFlags(options)]
  const result = await execute(command, { ...options, env: { ...options.env, ...pinnedEnv() } })
  return { ...doctestCounts(result), output: result.output }
}

/** Runs one project of vitest.config.ts. */
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

/** Checks that the committed declarations are those that Embind generates from the bindings. */
function compareGeneratedTypes() {
  const stale = generatedTypes.filter(
    ({ built, committed }) => !existsSync(committed) || readFileSync(built, 'utf8') !== readFileSync(committed, 'utf8')
  )
  const output = stale.map(
    ({ committed }) =>
      `${relative(root, committed)} differs from the file that Embind generates: run npm run dev:wasm\n`
  )
  return { code: stale.length, output: output.join('') }
}

/** Checks the types of all files, then of the package's sources alone, with the built-in types of the oldest engines. */
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

/** Runs the linters; each counts as one test. */
async function lint(options) {
  const results = []
  for (const { name, run } of linters) {
    step(name)
    results.push(await run(options))
  }
  return { ...sum(results.map(checkCounts)), output: results.map(({ output }) => output).join('') }
}

/** Runs a short test of the package with the machine's own Node, which may be old. */
async function nodeSmoke(options) {
  const result = await execute([await systemNode(), 'wasm-tests/ts/node-smoke.mjs'], { cwd: root, ...options })
  return { ...checkCounts(result), output: result.output }
}

/** The files on which the result of a C++ suite depends. */
const cppInputs = ['src', 'cmake', 'CMakeLists.txt', 'CMakePresets.json', 'wasm-tests/cpp', 'wasm-tests/golden']
/** The files, apart from the tests themselves, on which the result of a TypeScript suite depends. */
const packageInputs = ['src', 'cmake', 'web', 'models', 'package-lock.json', 'vitest.config.ts']

/**
 * The suites, in their order:
 * - `needs`: 'setup' (everything is built), 'packages' (npm ci), 'tools' (the toolchain);
 * - `slow`: the most minutes that a full run of the suite takes on two cores; given for suites with slow tests, which run
 *   only with ATTENSCOPE_FULL=1;
 * - `quick: false`: a quick run skips the suite;
 * - `inputs`: the files on which the result depends; a suite whose inputs changed runs before the others;
 * - `testFiles`: the folder with the test files that the command line can select;
 * - `browsers`: the tests run in Chromium and Firefox;
 * - `takesName`: `--name` selects tests of the suite.
 */
export const suites = [
  { name: 'layers', needs: [], run: () => ({ skipped: 0, ...checkLayers() }) },
  // The kernels take different paths for registers of different widths. A quick run tests the narrowest registers with
  // sanitizers and the widest ones in an optimised build. A full run tests all widths of the processor with sanitizers.
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
  // A quick run skips the C++ tests of the base module: they rarely fail when those of wasm-relaxed pass, and the
  // TypeScript suites use the base module in every quick run.
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
  { name: 'lint', needs: ['tools', 'packages'], slow: 8, run: lint },
  // Checks that every exported name has a docstring.
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
