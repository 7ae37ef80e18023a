/** Chat messages: chat templates compared with transformers, and runs on their output. */

import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel, type ChatMessage } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { createChatTemplate } from '../../web/lib/tokenizer/chat-template.js'
import { expectError } from './support/errors.js'
import { copyOf, golden, storiesFolder } from './support/folders.js'
import goldenFile from '../golden/chat.json'

interface Case {
  readonly name: string
  readonly template: string
  readonly messages: readonly ChatMessage[]
  readonly text: string
}

const { tokens, cases } = goldenFile as { tokens: Record<string, string>; cases: readonly Case[] }

describe('chat templates', () => {
  it.each(cases.map((each, i) => [`${each.name} ${i}`, each] as const))('%s: equals transformers', async (_, each) => {
    const { bos_token, eos_token } = tokens
    // A special token is a string in older files and an object in newer ones.
    const template = await createChatTemplate(each.template, { bos_token, eos_token: { content: eos_token } })
    expect(template.render(each.messages)).toBe(each.text)
  })

  it('that raise an error or cannot be parsed throw their own message', async () => {
    const brackets = await createChatTemplate(cases.find(({ name }) => name === 'brackets')?.template ?? '', {})
    const twice = [
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' }
    ]
    await expectError(() => brackets.render(twice), 'unsupported', 'roles have to take turns')
    const broken = await createChatTemplate('{% for %}', {})
    await expectError(() => broken.render(twice), 'unsupported', 'chat template')
  })
})

describe('a model with a chat template', () => {
  const messages = [{ role: 'user', content: 'Tell me of a dog.' }]

  it.each(['chat_template.jinja', 'tokenizer_config.json'])('in %s reads messages', async (file) => {
    const folder = await copyOf(storiesFolder)
    const template = '{% for m in messages %}<|endoftext|>{{ m.role }}: {{ m.content }}{% endfor %}'
    const config = JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8')) as object
    await writeFile(
      join(folder, file),
      file.endsWith('.jinja') ? template : JSON.stringify({ ...config, chat_template: [{ name: 'default', template }] })
    )
    const model = await loadModel(folder)
    const run = await model.run({ messages })
    const text = '<|endoftext|>user: Tell me of a dog.'
    expect(run.tokens[0]).toMatchObject({ id: 0, start: 0, end: 13 })
    expect(run.tokens.map((token) => token.text).join('')).toBe(text)
    let written = 0
    for await (const { token } of model.generate({ messages }, { maxNewTokens: 3 }))
      written += Number(token.end > text.length)
    expect(written).toBeGreaterThan(0)
    await expectError(model.run({ messages: [] }), 'option', 'messages')
    await expectError(model.run({ messages: [{ role: 'user' } as never] }), 'option', 'messages[0]')
    await model.dispose()
  })

  it('a model without one refuses messages by name', async () => {
    const model = await loadModel(storiesFolder)
    await expectError(model.run({ messages }), 'unsupported', 'chat template')
    await model.dispose()
  })

  it('a GGUF file contains its own template', async () => {
    const folder = await copyOf(golden('gguf'))
    await copyFile(join(golden('gguf'), 'llama-every-type.gguf'), join(folder, 'a.gguf'))
    const model = await loadModel(join(folder, 'a.gguf'))
    const run = await model.run({ messages: [{ role: 'user', content: 'once' }] })
    expect(run.tokens.map(({ id }) => id)).toContain(304)
    await model.dispose()
  })
})
