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

/** `settings` names the special tokens. The interpreter is loaded only when there is a template. */
export async function createChatTemplate(text: string, settings: JsonObject): Promise<ChatTemplate> {
  const { Template } = await import('@huggingface/jinja')
  const tokens = specialTokens(settings)
  let template: InstanceType<typeof Template> | undefined
  return {
    render(messages) {
      try {
        template ??= new Template(text)
        return template.render({ ...tokens, messages, add_generation_prompt: true })
      } catch (error) {
        throw new AttenscopeError('unsupported', `the chat template fails: ${describe(error)}`)
      }
    }
  }
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
