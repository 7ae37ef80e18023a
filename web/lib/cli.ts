#!/usr/bin/env node
/**
 * The command line: inspects or quantises a checkpoint, gives texts to a model to run, generate, translate, classify or
 * embed, searches for the heads that matter, and renders a saved trace. docs/command-line.md describes it.
 */

import { readFile } from 'node:fs/promises'

import { Command, CommanderError } from 'commander'

import { AttenscopeError, inspectModel, loadModel, type Model } from 'attenscope'
import { readTexts, saveRuns } from './cli/batch.js'
import {
  inputOf,
  targetOf,
  withClassify,
  withEffects,
  withGenerate,
  withModel,
  withQuantise,
  withRender,
  withRun,
  withTranslate,
  type ClassifyFlags,
  type EffectFlags,
  type GenerateFlags,
  type InputFlags,
  type ModelFlags,
  type QuantiseFlags,
  type RenderFlags,
  type RunFlags,
  type TranslateFlags
} from './cli/flags.js'
import { capturedOf, printCaptured, printJson, printLine } from './cli/print.js'

const epilogue = `
Examples:
  attenscope run --model models/stories --text "Lily found a key" --capture pattern --json
  attenscope run --model models/stories --texts texts.txt --save traces
  attenscope effects --model models/stories --text "Lily found a" --token " key"
  attenscope render traces/0001.safetensors --to story.html

Results go to standard output. An error is one line on standard error with its code, or with --json an object
{ "error": { "code", "message" } }. The exit status is 0 after success and 1 after an error.`

function createProgram(version: string): Command {
  const program = new Command('attenscope')
    .description('Runs small Transformers and shows every attention weight.')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', epilogue)
  const command = (name: string, description: string) => program.command(name).description(description)
  withModel(command('inspect', "print a checkpoint's sizes and tensors without reading its weights")).action(inspect)
  withRun(command('run', 'run a text through a model')).action(run)
  withGenerate(command('generate', 'continue a text, or decode its counterpart, token by token')).action(generate)
  withTranslate(command('translate', 'translate a text by beam search')).action(translate)
  withClassify(command('classify', 'print the labels of a text, the most probable first')).action(classify)
  withClassify(command('embed', 'print a text as one vector')).action(embed)
  withEffects(command('effects', 'print the effect of each head on a prediction, or of each layer and token')).action(
    effects
  )
  withRender(command('render', 'write a saved trace as a page in one file, or as a picture')).action(renderTrace)
  withRender(command('html', 'write a saved trace as a page: render with --to TRACE.html')).action(renderPage)
  withQuantise(command('quantise', 'write a copy of a checkpoint with its matrices in 8 bits')).action(quantise)
  return program
}

async function inspect(flags: ModelFlags): Promise<void> {
  const inspection = await inspectModel(flags.model)
  if (flags.json) return printJson(inspection, flags.json)
  const { info, tensors, storedBytes } = inspection
  printLine(`${info.family} (${info.kind}), ${info.parameters} parameters in ${storedBytes} bytes`)
  printLine(
    `L ${info.L}  N ${info.N}  K ${info.K}  H ${info.H}  C ${info.C}  F ${info.F}  V ${info.V}  context ${info.context}`
  )
  for (const [part, { L, N }] of Object.entries(info.parts)) printLine(`${part}  L ${L}  N ${N}`)
  if (info.labels) printLine(`labels  ${info.labels.join(', ')}`)
  for (const { name, dtype, shape } of tensors) printLine(`${name}  ${dtype} [${shape.join(', ')}]`)
}

async function run(flags: RunFlags): Promise<void> {
  if (flags.texts !== undefined || flags.save !== undefined) return runBatch(flags)
  await withLoaded(flags, async (model) => {
    const { capture = [], edits = [], logits } = flags
    const target = targetOf(flags)
    const result = await model.run(inputOf(flags), {
      capture,
      edits,
      ...(logits && { logits }),
      ...(target !== undefined && { target })
    })
    const { dispose: _, trace, ...rest } = result
    if (flags.json) return printJson({ ...rest, trace: capturedOf(trace) }, flags.json)
    for (const token of [...result.tokens, ...(result.targetTokens ?? [])]) {
      printLine(`${token.id}\t${JSON.stringify(token.text)}`)
    }
    printCaptured(trace)
  })
}

/** Saves the trace of one text, or of each text of a file. */
async function runBatch({ model: source, json, text, ids, texts, save, ...flags }: RunFlags): Promise<void> {
  if (save === undefined) throw new AttenscopeError('option', '--texts needs --save, the folder for the traces')
  if (ids !== undefined) throw new AttenscopeError('option', '--save takes texts, not --ids')
  if (texts !== undefined && text !== undefined)
    throw new AttenscopeError('option', '--text and --texts are both set; give the input by one of them')
  const all =
    texts === undefined ? [inputOf({ ...(text !== undefined && { text }) }) as string] : await readTexts(texts)
  const { target: _, targetIds: _ids, ...options } = flags
  const target = targetOf(flags)
  const model = await loadModel(source)
  try {
    const runs = await saveRuns(model, all, save, { ...options, ...(target !== undefined && { target }) }, (run) => {
      if (!json) printLine(`${run.file}\t${run.tokens}\t${JSON.stringify(run.text)}`)
    })
    if (json) printJson({ folder: save, runs }, json)
  } finally {
    await model.dispose()
  }
}

async function effects(flags: EffectFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { printEffects, searchEffects } = await import('./cli/effects.js')
    const result = await searchEffects(model, flags)
    if (flags.json) return printJson(result, flags.json)
    printEffects(result)
  })
}

async function renderTrace(file: string, { to, view: views, json, ...options }: RenderFlags): Promise<void> {
  if (to === undefined)
    throw new AttenscopeError('option', '--to is missing: a file that ends with .html, .svg or .png')
  const { render } = await import('./cli/render.js')
  const rendered = await render(file, { to, views, ...options })
  if (json) return printJson(rendered, json)
  printLine(`${rendered.file}\t${rendered.bytes} bytes\t${rendered.views.join(', ')}`)
}

async function renderPage(file: string, flags: RenderFlags): Promise<void> {
  const { to = `${file.replace(/\.[^./\\]+$/, '')}.html` } = flags
  if (!/\.html?$/i.test(to))
    throw new AttenscopeError('option', `--to is ${JSON.stringify(to)}, expected a file that ends with .html`)
  await renderTrace(file, { ...flags, to })
}

async function generate(flags: GenerateFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { model: _model, json, text: _text, ids: _ids, ...options } = flags
    const steps = model.generate(inputOf(flags), options)
    const printed: unknown[] = []
    for (;;) {
      const next = await steps.next()
      if (next.done) {
        if (json) printJson({ steps: printed, reason: next.value.reason }, json)
        else printLine('')
        return
      }
      const { trace, ...step } = next.value
      if (json) printed.push({ ...step, trace: capturedOf(trace) })
      else process.stdout.write(step.token.text)
    }
  })
}

async function translate(flags: TranslateFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { model: _model, json, text: _text, ids: _ids, ...options } = flags
    const { trace, ...rest } = await model.translate(inputOf(flags), options)
    if (json) {
      const { tokens: sourceTokens, targetTokens } = trace
      return printJson({ ...rest, sourceTokens, targetTokens, trace: capturedOf(trace) }, json)
    }
    printLine(rest.text)
    printCaptured(trace)
  })
}

async function classify(flags: ClassifyFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { model: _model, json, text: _text, ids: _ids, ...options } = flags
    const { trace, ...rest } = await model.classify(inputOf(flags), options)
    if (json) return printJson({ ...rest, sourceTokens: trace.tokens, trace: capturedOf(trace) }, json)
    for (const { label, score } of rest.labels) printLine(`${score.toFixed(4)}\t${label}`)
    printCaptured(trace)
  })
}

async function embed(flags: ClassifyFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { model: _model, json, text: _text, ids: _ids, ...options } = flags
    const { trace, ...rest } = await model.embed(inputOf(flags), options)
    if (json) return printJson({ ...rest, sourceTokens: trace.tokens, trace: capturedOf(trace) }, json)
    printLine(Array.from(rest.data, (value) => value.toFixed(6)).join(' '))
  })
}

async function quantise({ model, out, keep, json }: QuantiseFlags): Promise<void> {
  const { quantiseFolder } = await import('./cli/quantise.js')
  const result = await quantiseFolder(model, out, keep ?? [])
  if (json) return printJson(result, json)
  for (const { name, shape, error } of result.tensors) {
    printLine(`${name}  [${shape.join(', ')}]  ${(100 * error).toFixed(2)} % rounded off`)
  }
  for (const name of result.kept) printLine(`${name}  kept`)
  printLine(`${result.bytes.before} bytes of weights before, ${result.bytes.after} after`)
}

async function withLoaded(flags: Omit<InputFlags, 'capture'>, use: (model: Model) => Promise<void>): Promise<void> {
  inputOf(flags)
  const model = await loadModel(flags.model)
  try {
    await use(model)
  } finally {
    await model.dispose()
  }
}

/** The version in the package's package.json, which lies beside dist/. */
async function ownVersion(): Promise<string> {
  const file = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(file) as { version: string }).version
}

/** Runs the command. Every failure prints one line on stderr and exits with code 1. */
async function main(): Promise<void> {
  // A reader such as `head` may close the pipe early: this is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const program = createProgram(await ownVersion())
  program.exitOverride()
  for (const command of program.commands) command.exitOverride()
  try {
    await program.parseAsync()
  } catch (error) {
    // commander has already printed its error or the help.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 1
      return
    }
    // Compared by name: modules that are imported on demand are a second bundle with a second AttenscopeError class.
    const code = error instanceof Error && error.name === 'AttenscopeError' && 'code' in error ? error.code : 'worker'
    const message = error instanceof Error ? error.message : String(error)
    const isJson = process.argv.some((word) => /^--json(=|$)/.test(word))
    const line = isJson
      ? JSON.stringify({ error: { code, message } })
      : `attenscope: ${code}: ${message.replaceAll('\n', ' ')}`
    process.stderr.write(`${line}\n`)
    process.exitCode = 1
  }
}

await main()
