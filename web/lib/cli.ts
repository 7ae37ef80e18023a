#!/usr/bin/env node
/** The command line: inspect a checkpoint, run a text through a model, generate one. */

import { Command, CommanderError, InvalidArgumentError } from 'commander'

import { AttenscopeError, inspectModel, loadModel, type Edit, type Input, type Model, type Run } from 'attenscope'

interface ModelFlags {
  readonly model: string
  readonly json?: boolean
}

interface InputFlags extends ModelFlags {
  readonly text?: string
  readonly ids?: readonly number[]
  readonly capture?: readonly string[]
  readonly edits?: readonly Edit[]
}

interface GenerateFlags extends InputFlags {
  readonly maxNewTokens?: number
  readonly temperature?: number
  readonly topK?: number
  readonly topP?: number
  readonly seed?: number
  readonly stop?: readonly string[]
}

interface RunFlags extends InputFlags {
  readonly logits?: 'all' | 'last' | 'none'
}

function createProgram(): Command {
  const program = new Command('attenscope').description('Runs small Transformers and shows every attention weight.')
  withModel(program.command('inspect').description('what a checkpoint says of itself, without its weights')).action(
    inspect
  )
  withInput(program.command('run').description('run a text through a model'))
    .option('--logits <which>', "'all', 'last' or 'none'")
    .action(run)
  withInput(program.command('generate').description('continue a text'))
    .option('--max-new-tokens <n>', 'end after so many tokens', parseNumber)
    .option('--temperature <t>', '0 takes the likeliest token each time', parseNumber)
    .option('--top-k <k>', 'sample among the k likeliest', parseNumber)
    .option('--top-p <p>', 'sample among the likeliest that together reach p', parseNumber)
    .option('--seed <n>', 'the same seed gives the same text', parseNumber)
    .option('--stop <text>', 'end where this text appears; may be given again', collect)
    .action(generate)
  return program
}

function withModel(command: Command): Command {
  return command
    .requiredOption('--model <source>', 'a folder, its URL, or a Hugging Face id')
    .option('--json', 'print the result as JSON')
}

function withInput(command: Command): Command {
  return withModel(command)
    .option('--text <text>', 'the input')
    .option('--ids <ids>', 'the input as token ids: 1,2,3', parseIds)
    .option('--capture <kinds>', 'what of the trace to give out: pattern,q or names with *', splitList)
    .option('--edits <json>', 'changes to the trace: [{"at":"blocks.0.attn.pattern","head":0,"op":"zero"}]', parseEdits)
}

async function inspect(flags: ModelFlags): Promise<void> {
  const inspection = await inspectModel(flags.model)
  if (flags.json) return printJson(inspection)
  const { info, tensors, storedBytes } = inspection
  printLine(`${info.family}, ${info.parameters} parameters in ${storedBytes} bytes`)
  printLine(
    `L ${info.L}  N ${info.N}  K ${info.K}  H ${info.H}  C ${info.C}  F ${info.F}  V ${info.V}  context ${info.context}`
  )
  for (const { name, dtype, shape } of tensors) printLine(`${name}  ${dtype} [${shape.join(', ')}]`)
}

async function run(flags: RunFlags): Promise<void> {
  await withLoaded(flags, async (model) => {
    const { capture = [], edits = [], logits } = flags
    const result = await model.run(inputOf(flags), { capture, edits, ...(logits && { logits }) })
    if (flags.json) return printJson(runAsJson(result))
    for (const token of result.tokens) printLine(`${token.id}\t${JSON.stringify(token.text)}`)
    for (const [name, { shape }] of capturedOf(result)) printLine(`${name}\t[${shape.join(', ')}]`)
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
      if (json) printed.push({ ...step, trace: Object.fromEntries(capturedOf({ trace })) })
      else process.stdout.write(step.token.text)
    }
  })
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

function inputOf({ text, ids }: InputFlags): Input {
  if (ids && text === undefined) return { ids }
  if (text !== undefined && !ids) return text
  throw new AttenscopeError('option', 'give the input by --text or by --ids')
}

function runAsJson(result: Run): unknown {
  const { tokens, logits, elapsedMs } = result
  return { tokens, logits, trace: Object.fromEntries(capturedOf(result)), elapsedMs }
}

function capturedOf({ trace }: Pick<Run, 'trace'>): (readonly [string, ReturnType<typeof trace.get>])[] {
  return trace
    .names()
    .filter((name) => trace.has(name))
    .map((name) => [name, trace.get(name)] as const)
}

/** Typed arrays as plain lists, as JSON.parse gives them back. A number that JSON has not becomes null. */
function printJson(value: unknown): void {
  printLine(
    JSON.stringify(value, (_, item: unknown) => (ArrayBuffer.isView(item) ? Array.from(item as Float32Array) : item))
  )
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

function parseNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('not a number')
  return value
}

function parseIds(text: string): number[] {
  return text.split(',').map(parseNumber)
}

function splitList(text: string): string[] {
  return text.split(',').map((item) => item.trim())
}

function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

function parseEdits(text: string): readonly Edit[] {
  try {
    const edits: unknown = JSON.parse(text)
    return (Array.isArray(edits) ? edits : [edits]) as readonly Edit[]
  } catch {
    throw new InvalidArgumentError('not JSON')
  }
}

/** One line on stderr whatever goes wrong, and an exit code that a script can test. */
async function main(): Promise<void> {
  // A reader that has seen enough, such as head, is no failure.
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
    // commander has printed its own line, or the help that was asked for.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 1
      return
    }
    const code = error instanceof AttenscopeError ? error.code : 'worker'
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`attenscope: ${code}: ${message.replaceAll('\n', ' ')}\n`)
    process.exitCode = 1
  }
}

await main()
