#!/usr/bin/env node
/**
 * The command line: inspects or quantises a checkpoint, or gives a text to a model to run, generate, translate,
 * classify or embed.
 */

import { Command, CommanderError } from 'commander'

import { inspectModel, loadModel, type Model, type Trace } from 'attenscope'
import {
  inputOf,
  targetOf,
  withClassify,
  withGenerate,
  withModel,
  withQuantise,
  withRun,
  withTranslate,
  type ClassifyFlags,
  type GenerateFlags,
  type InputFlags,
  type ModelFlags,
  type QuantiseFlags,
  type RunFlags,
  type TranslateFlags
} from './cli/flags.js'

function createProgram(): Command {
  const program = new Command('attenscope').description('Runs small Transformers and shows every attention weight.')
  const command = (name: string, description: string) => program.command(name).description(description)
  withModel(command('inspect', "print a checkpoint's sizes and tensors without reading its weights")).action(inspect)
  withRun(command('run', 'run a text through a model')).action(run)
  withGenerate(command('generate', 'continue a text, or decode its counterpart, token by token')).action(generate)
  withTranslate(command('translate', 'translate a text by beam search')).action(translate)
  withClassify(command('classify', 'print the labels of a text, the most probable first')).action(classify)
  withClassify(command('embed', 'print a text as one vector')).action(embed)
  withQuantise(command('quantise', 'write a copy of a checkpoint with its matrices in 8 bits')).action(quantise)
  return program
}

async function inspect(flags: ModelFlags): Promise<void> {
  const inspection = await inspectModel(flags.model)
  if (flags.json) return printJson(inspection)
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
    if (flags.json) return printJson({ ...rest, trace: capturedOf(trace) })
    for (const token of [...result.tokens, ...(result.targetTokens ?? [])]) {
      printLine(`${token.id}\t${JSON.stringify(token.text)}`)
    }
    printCaptured(trace)
  })
}

async function generate(flags: GenerateFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { model: _model, json, text: _text, ids: _ids, ...options } = flags
    const steps = model.generate(inputOf(flags), options)
    const printed: unknown[] = []
    for (;;) {
      const next = await steps.next()
      if (next.done) {
        if (json) printJson({ steps: printed, reason: next.value.reason })
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
      return printJson({ ...rest, sourceTokens, targetTokens, trace: capturedOf(trace) })
    }
    printLine(rest.text)
    printCaptured(trace)
  })
}

async function classify(flags: ClassifyFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { model: _model, json, text: _text, ids: _ids, ...options } = flags
    const { trace, ...rest } = await model.classify(inputOf(flags), options)
    if (json) return printJson({ ...rest, sourceTokens: trace.tokens, trace: capturedOf(trace) })
    for (const { label, score } of rest.labels) printLine(`${score.toFixed(4)}\t${label}`)
    printCaptured(trace)
  })
}

async function embed(flags: ClassifyFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { model: _model, json, text: _text, ids: _ids, ...options } = flags
    const { trace, ...rest } = await model.embed(inputOf(flags), options)
    if (json) return printJson({ ...rest, sourceTokens: trace.tokens, trace: capturedOf(trace) })
    printLine(Array.from(rest.data, (value) => value.toFixed(6)).join(' '))
  })
}

async function quantise({ model, out, keep, json }: QuantiseFlags): Promise<void> {
  const { quantiseFolder } = await import('./cli/quantise.js')
  const result = await quantiseFolder(model, out, keep ?? [])
  if (json) return printJson(result)
  for (const { name, shape, error } of result.tensors) {
    printLine(`${name}  [${shape.join(', ')}]  ${(100 * error).toFixed(2)} % rounded off`)
  }
  for (const name of result.kept) printLine(`${name}  kept`)
  printLine(`${result.bytes.before} bytes of weights before, ${result.bytes.after} after`)
}

async function withLoaded(flags: InputFlags, use: (model: Model) => Promise<void>): Promise<void> {
  inputOf(flags)
  const model = await loadModel(flags.model)
  try {
    await use(model)
  } finally {
    await model.dispose()
  }
}

function capturedOf(trace: Trace): Record<string, ReturnType<Trace['get']>> {
  return Object.fromEntries(
    trace
      .names()
      .filter((name) => trace.has(name))
      .map((name) => [name, trace.get(name)])
  )
}

function printCaptured(trace: Trace): void {
  for (const [name, { shape }] of Object.entries(capturedOf(trace))) printLine(`${name}\t[${shape.join(', ')}]`)
}

/** Prints a value as JSON: typed arrays become plain lists; NaN and infinities, which JSON lacks, become null. */
function printJson(value: unknown): void {
  printLine(
    JSON.stringify(value, (_, item: unknown) => (ArrayBuffer.isView(item) ? Array.from(item as Float32Array) : item))
  )
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Runs the command. Every failure prints one line on stderr and exits with code 1. */
async function main(): Promise<void> {
  // A reader such as `head` may close the pipe early: this is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const program = createProgram()
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
    process.stderr.write(`attenscope: ${code}: ${message.replaceAll('\n', ' ')}\n`)
    process.exitCode = 1
  }
}

await main()
