/** Opens a folder's tokenizers from any of the usual files. */

import { AttenscopeError } from '../errors.js'
import type { JsonObject } from '../formats/json.js'
import { readSentencePiece } from '../formats/sentencepiece.js'
import type { FolderReader } from '../sources/folder.js'
import { fromSentencePiece } from './from-sentencepiece.js'
import { openChatTemplate, type ChatTemplate } from './chat-template.js'
import { bertTokenizer, gpt2Tokenizer } from './from-vocabulary.js'
import { Tokenizer } from './tokenizer.js'

/** The tokenizers of a model. */
export interface Tokenizers {
  readonly source: Tokenizer
  /** The tokenizer of target texts, when it differs from the source's. */
  readonly target?: Tokenizer
  /** Opens the chat template on demand: most folders have none, and a browser's console reports each missing file. */
  openChat?(): Promise<ChatTemplate | undefined>
}

/** Opens tokenizer.json, else the older vocabulary files, else tokenizer.model; undefined when there is none of them. */
export async function openTokenizers(folder: FolderReader, config: JsonObject): Promise<Tokenizers | undefined> {
  const json = await folder.readJson('tokenizer.json')
  const settings = await folder.readJson('tokenizer_config.json')
  if (json) return { source: new Tokenizer(json, settings), openChat: () => openChatTemplate(folder, settings) }
  if (config['model_type'] === 'marian') return openMarian(folder, config, settings)
  const vocabularyText = await folder.readText('vocab.txt')
  if (vocabularyText !== undefined) {
    return { source: new Tokenizer(bertTokenizer(vocabularyText, settings ?? {}, 'vocab.txt'), settings, 'vocab.txt') }
  }
  for (const [vocabularyFile, mergesFile] of [
    ['vocab.json', 'merges.txt'],
    ['encoder.json', 'vocab.bpe']
  ] as const) {
    const vocabulary = await folder.readJson(vocabularyFile)
    if (!vocabulary) continue
    const merges = await folder.readText(mergesFile)
    if (merges === undefined)
      throw new AttenscopeError('bad-model', `${folder.name}: there is ${vocabularyFile}, but no ${mergesFile}`)
    const specials = ['<|endoftext|>', '<s>', '</s>', '<pad>', '<unk>', '<mask>'].filter((token) => token in vocabulary)
    return {
      source: new Tokenizer(gpt2Tokenizer(vocabulary, merges, specials, vocabularyFile), settings, vocabularyFile)
    }
  }
  const spm = await folder.readBytes('tokenizer.model')
  if (!spm) return undefined
  const model = readSentencePiece(spm, 'tokenizer.model')
  const before = config['model_type'] === 'llama' ? 1 : undefined
  return { source: new Tokenizer(fromSentencePiece(model, { before }), settings, 'tokenizer.model') }
}

/** Marian has a SentencePiece model for each language, and vocab.json with the ids of the pieces of both. */
async function openMarian(
  folder: FolderReader,
  config: JsonObject,
  settings: JsonObject | undefined
): Promise<Tokenizers | undefined> {
  const sourceBytes = await folder.readBytes('source.spm')
  if (!sourceBytes) return undefined
  const vocabulary = await folder.readJson('vocab.json')
  if (!vocabulary) throw new AttenscopeError('bad-model', `${folder.name}: there is source.spm, but no vocab.json`)
  const targetVocabulary = settings?.['separate_vocabs'] ? await folder.readJson('target_vocab.json') : undefined
  const targetBytes = (await folder.readBytes('target.spm')) ?? sourceBytes
  const end = typeof config['eos_token_id'] === 'number' ? config['eos_token_id'] : 0
  const open = (bytes: Uint8Array, file: string, ids: JsonObject) => {
    const model = readSentencePiece(bytes, file)
    const json = fromSentencePiece(model)
    // Only vocab.json has the padding token.
    const padding = { id: model.pieces.length, content: '<pad>', special: true }
    const added = Array.isArray(json['added_tokens']) ? json['added_tokens'] : []
    return new Tokenizer({ ...json, added_tokens: [...added, padding] }, settings, file, { ids, end })
  }
  return {
    source: open(sourceBytes, 'source.spm', vocabulary),
    target: open(targetBytes, 'target.spm', targetVocabulary ?? vocabulary)
  }
}
