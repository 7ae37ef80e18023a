/** The flags of each command, and the parsers of their values. */

import { type Command, InvalidArgumentError, Option } from 'commander'

import { AttenscopeError, type Edit, type Input, type Target } from 'attenscope'
import type { JsonForm } from './print.js'

/** The flags of every command that reads a model. */
export interface ModelFlags {
  readonly model: string
  readonly json?: JsonForm
}

/** The flags of a command that gives an input to a model. */
export interface InputFlags extends ModelFlags {
  readonly text?: string
  readonly ids?: readonly number[]
  readonly capture?: readonly string[]
}

interface EditFlags {
  readonly edits?: readonly Edit[]
}

interface TargetFlags {
  readonly target?: string
  readonly targetIds?: readonly number[]
}

export interface RunFlags extends InputFlags, EditFlags, TargetFlags {
  readonly logits?: 'all' | 'last' | 'none'
  /** A file with a text in each line; '-' is standard input. */
  readonly texts?: string
  /** The folder for the traces. */
  readonly save?: string
}

export interface EffectFlags extends Omit<InputFlags, 'capture'>, TargetFlags {
  readonly query?: number
  readonly token?: string
  readonly tokenId?: number
  readonly contrast?: string
  readonly contrastId?: number
  readonly ablate?: 'zero' | 'mean'
  readonly from?: string
  readonly fromTarget?: string
  readonly part?: 'decoder' | 'encoder'
}

export interface RenderFlags {
  readonly to?: string
  readonly view?: readonly string[]
  readonly layer?: number
  readonly head?: number
  readonly part?: string
  readonly held?: number
  readonly stage?: string
  readonly caption?: string
  readonly title?: string
  readonly lang?: string
  readonly readonly?: boolean
  readonly browser?: string
  readonly json?: JsonForm
}

export interface GenerateFlags extends InputFlags, EditFlags {
  readonly maxNewTokens?: number
  readonly temperature?: number
  readonly topK?: number
  readonly topP?: number
  readonly seed?: number
  readonly stop?: readonly string[]
}

export interface TranslateFlags extends InputFlags, EditFlags {
  readonly numBeams?: number
  readonly lengthPenalty?: number
  readonly maxLength?: number
  readonly noRepeatNgramSize?: number
}

export interface QuantiseFlags extends ModelFlags {
  readonly out: string
  readonly keep?: readonly string[]
}

export type ClassifyFlags = InputFlags & EditFlags

/** Adds the flags of `ModelFlags` to a command. */
export function withModel(command: Command): Command {
  return command.requiredOption('--model <source>', 'a folder, its URL, or a Hugging Face id').addOption(json())
}

function json(): Option {
  const forms = ['flat', 'nested'] satisfies JsonForm[]
  return new Option('--json [form]', "print JSON; 'nested' has a list for each axis of a tensor")
    .choices(forms)
    .preset('flat')
}

function withInput(command: Command): Command {
  return withText(withModel(command)).option(
    '--capture <kinds>',
    'the traced tensors to print: kinds (pattern,q) or names with *',
    splitList
  )
}

function withText(command: Command): Command {
  return command.option('--text <text>', 'the input').option('--ids <ids>', 'the input as token ids: 1,2,3', parseIds)
}

function withTarget(command: Command): Command {
  return command
    .option('--target <text>', 'the text that the decoder of an encoder–decoder reads')
    .option('--target-ids <ids>', 'the target as token ids, the start token first', parseIds)
}

function withEdits(command: Command): Command {
  return command.option(
    '--edits <json>',
    'changes while the model runs: [{"at":"blocks.0.attn.pattern","head":0,"op":"zero"}]',
    parseEdits
  )
}

export function withRun(command: Command): Command {
  return withTarget(withEdits(withInput(command)))
    .addOption(new Option('--logits <which>', 'the tokens whose logits are returned').choices(['all', 'last', 'none']))
    .option('--texts <file>', "a file with a text in each line, in place of --text; '-' reads standard input")
    .option('--save <folder>', 'the folder for the traces: 0001.safetensors and so on, listed in index.json')
}

export function withEffects(command: Command): Command {
  return withTarget(withText(withModel(command)))
    .option('--query <index>', 'the token whose prediction is measured; default the last', parseNumber)
    .option('--token <text>', 'the predicted token, or the label; default the likeliest')
    .option('--token-id <id>', 'the predicted token by its id', parseNumber)
    .option('--contrast <text>', 'a second token, whose logit is subtracted')
    .option('--contrast-id <id>', 'the second token by its id', parseNumber)
    .addOption(
      new Option('--ablate <how>', "the replacement of a head's output; default zero").choices(['zero', 'mean'])
    )
    .option('--from <text>', 'another text: measures layers and tokens by patches from it, in place of heads')
    .option('--from-target <text>', 'the target of the other text')
    .addOption(new Option('--part <part>', 'the part whose states are patched').choices(['decoder', 'encoder']))
}

export function withRender(command: Command): Command {
  return command
    .argument('<trace>', 'the file of a saved trace')
    .option('--to <file>', 'the file to write: .html, .svg or .png')
    .option('--view <names>', 'the views: heads,matrix,grid,summary,steps,neurons,lens,cache,plane', splitList)
    .option('--layer <layer>', 'the chosen layer', parseNumber)
    .option('--head <head>', 'the chosen head', parseNumber)
    .option('--part <part>', "'decoder', 'encoder' or 'cross'")
    .option('--held <index>', 'the query token that is locked', parseNumber)
    .option('--stage <stage>', "the matrix's stage: scores, pattern, rollout, flow …")
    .option('--caption <text>', 'a text below the view')
    .option('--title <text>', "the page's title; default the text of the trace")
    .addOption(new Option('--lang <language>', 'the language of the views').choices(['en', 'zh-Hans']))
    .option('--readonly', 'readers can point, but choose and lock nothing')
    .option('--browser <path>', 'Chrome or Chromium, for a picture; default CHROME_PATH, or the one that is installed')
    .addOption(json())
}

export function withGenerate(command: Command): Command {
  return withEdits(withInput(command))
    .option('--max-new-tokens <n>', 'the largest number of tokens to generate', parseNumber)
    .option('--temperature <t>', '0 takes the most probable token at each step', parseNumber)
    .option('--top-k <k>', 'sample from the k most probable tokens', parseNumber)
    .option('--top-p <p>', 'sample from the most probable tokens whose probabilities add up to p', parseNumber)
    .option('--seed <n>', 'the same seed gives the same text', parseNumber)
    .option('--stop <text>', 'end where this text appears; the flag may be repeated', collect)
}

export function withTranslate(command: Command): Command {
  return withEdits(withInput(command))
    .option('--num-beams <n>', 'the number of beams; 1 is greedy decoding', parseNumber)
    .option('--length-penalty <p>', 'above 0 favours long texts', parseNumber)
    .option('--max-length <n>', 'the longest target in tokens', parseNumber)
    .addOption(noRepeatNgramSize())
}

function noRepeatNgramSize(): Option {
  const option = new Option('--no-repeat-ngram-size <n>', 'no sequence of n tokens is generated twice').argParser(
    parseNumber
  )
  // commander takes a name that begins with `--no-` as the negation of another flag.
  option.negate = false
  return option
}

export function withClassify(command: Command): Command {
  return withEdits(withInput(command))
}

export function withQuantise(command: Command): Command {
  return command
    .requiredOption('--model <folder>', "the checkpoint's folder")
    .requiredOption('--out <folder>', 'the folder to write')
    .option('--keep <names>', 'names of matrices, or of whole modules, to leave unchanged', splitList)
    .addOption(json())
}

/** The model's input from --text or --ids. Throws 'option' unless exactly one of them is given. */
export function inputOf({ text, ids }: Pick<InputFlags, 'text' | 'ids'>): Input {
  if (ids && text === undefined) return { ids }
  if (text !== undefined && !ids) return text
  const found = text === undefined ? 'there is no input' : '--text and --ids are both set'
  throw new AttenscopeError('option', `${found}; give the input by either --text or --ids`)
}

/** The model's target from --target or --target-ids, or undefined. Throws 'option' when both are given. */
export function targetOf({ target, targetIds }: TargetFlags): Target | undefined {
  if (target !== undefined && targetIds) {
    throw new AttenscopeError('option', '--target and --target-ids are both set; give the target by one of them')
  }
  return targetIds ? { ids: targetIds } : target
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
