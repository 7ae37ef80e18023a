/** A checkpoint's chat template: a Jinja text that turns messages into one prompt, run by Hugging Face's interpreter. */

import { AttenscopeError, describe } from '../errors.js'
import { isJsonObject, type JsonObject } from '../formats/json.js'
import type { FolderReader } from '../sources/folder.js'
import type { ChatMessage } from '../types/index.js'

/** A chat template, ready to use. */
export interface ChatTemplate {
  /** The prompt for the messages, up to the start of the model's answer. Throws 'unsupported' when the template fails. */
  render(messages: readonly ChatMessage[]): string
}

/** The template in chat_template.jinja, else in tokenizer_config.json; undefined when there is none. */
export async function openChatTemplate(
  folder: FolderReader,
  settings: JsonObject = {}
): Promise<ChatTemplate | undefined> {
  const text = (await folder.readText('chat_template.jinja')) ?? templateOf(settings['chat_template'])
  return text === undefined ? undefined : createChatTemplate(text, settings)
}

// Limits for untrusted templates: real templates take some thousand steps and have less than 30,000 characters.
const maxTemplateLength = 100_000
const maxSteps = 1_000_000
const maxOutputLength = 10_000_000
const maxRange = 100_000

/** `settings` names the special tokens. The interpreter is loaded only when there is a template. */
export async function createChatTemplate(text: string, settings: JsonObject): Promise<ChatTemplate> {
  const library = await import('@huggingface/jinja')
  const tokens = specialTokens(settings)
  let program: ReturnType<typeof library.parse> | undefined
  return {
    render(messages) {
      try {
        program ??= parseTemplate(text, library)
        return renderTemplate(program, { ...tokens, messages, add_generation_prompt: true }, library)
      } catch (error) {
        throw new AttenscopeError('unsupported', `the chat template fails: ${describe(error)}`)
      }
    }
  }
}

type Jinja = typeof import('@huggingface/jinja')
type Program = ReturnType<Jinja['parse']>

function parseTemplate(text: string, { tokenize, parse }: Jinja): Program {
  if (text.length > maxTemplateLength)
    throw new Error(`it has ${text.length} characters; the limit is ${maxTemplateLength}`)
  // The library's patterns take quadratic time in the length of a run of white space.
  if (/\s{2000}/.test(text)) throw new Error('it has more than 2,000 blanks in a row')
  return parse(tokenize(text, { lstrip_blocks: true, trim_blocks: true }))
}

/** Renders as the library's Template.render does, with an interpreter that throws beyond a limit. */
function renderTemplate(program: Program, values: Record<string, unknown>, library: Jinja): string {
  let steps = 0
  class BoundedInterpreter extends library.Interpreter {
    override evaluate(...args: Parameters<InstanceType<Jinja['Interpreter']>['evaluate']>) {
      const result = super.evaluate(...args)
      const { value } = result as { readonly value: unknown }
      // The interpreter does not evaluate each iteration of a loop by itself, so the elements of its list are counted.
      steps += Array.isArray(value) ? 1 + value.length : 1
      if (steps > maxSteps) throw new Error(`it takes more than ${maxSteps} steps`)
      if (typeof value === 'string' && value.length > maxOutputLength) {
        throw new Error(`it writes more than ${maxOutputLength} characters`)
      }
      return result
    }
  }
  const environment = new library.Environment()
  const globals = {
    ...{ true: true, false: false, none: null, True: true, False: false, None: null },
    raise_exception: (message: unknown) => {
      throw new Error(String(message))
    },
    range,
    strftime_now: (format: unknown) => new library.Template('{{ strftime_now(format) }}').render({ format })
  }
  for (const [name, value] of Object.entries({ ...globals, ...values })) environment.set(name, value)
  const text: unknown = new BoundedInterpreter(environment).run(program).value
  return String(text)
}

/** Jinja's range function, with a largest length. */
function range(from: number, to?: number, step = 1): number[] {
  const [start, stop] = to === undefined ? [0, from] : [from, to]
  const length = Math.max(0, Math.ceil((stop - start) / step))
  if (!(length <= maxRange)) throw new Error(`range() of ${length} numbers; the limit is ${maxRange}`)
  return Array.from({ length }, (_, i) => start + i * step)
}

/** `chat_template` is a text, or a list of named texts, of which 'default' is used. */
function templateOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  const found: unknown = value.find((entry) => isJsonObject(entry) && entry['name'] === 'default')
  return isJsonObject(found) && typeof found['template'] === 'string' ? found['template'] : undefined
}

/** The special tokens, each stored as a text or as an object with its content. */
function specialTokens(settings: JsonObject): Record<string, string> {
  const tokens: Record<string, string> = {}
  for (const name of ['bos_token', 'eos_token', 'unk_token', 'pad_token']) {
    const value = settings[name]
    const content = isJsonObject(value) ? value['content'] : value
    if (typeof content === 'string') tokens[name] = content
  }
  return tokens
}
