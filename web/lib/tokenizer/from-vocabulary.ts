/**
 * Turns vocabulary files that are older than tokenizer.json (vocab.json with merges.txt, vocab.txt) into a
 * tokenizer.json.
 */

import { AttenscopeError } from '../errors.js'
import type { JsonObject } from '../formats/json.js'
import type { Piece } from './from-pieces.js'

/** How a byte-level BPE cuts texts and which special tokens it adds. */
export interface ByteLevelSettings {
  /** The ids of the tokens that are put before and after a text. */
  readonly before?: number | undefined
  readonly after?: number | undefined
  /** Pre-tokenizers that run before GPT-2's. */
  readonly splits?: readonly JsonObject[]
  /** Whether GPT-2's own pre-tokenizer runs. Default: true. */
  readonly ownWords?: boolean
  /** Whether a word that is a token skips the merges. */
  readonly ignoreMerges?: boolean
}

/** The tokenizer.json of GPT-2's byte-level BPE (Radford et al. 2019). A merge is two tokens with a space between them. */
export function byteLevelBpe(
  pieces: readonly Pick<Piece, 'text' | 'kind'>[],
  merges: readonly string[],
  { before, after, splits = [], ownWords = true, ignoreMerges = false }: ByteLevelSettings = {}
): JsonObject {
  const around = [before, after].map((id) => (id === undefined ? undefined : pieces[id]?.text))
  const [first, last] = around.map((content) =>
    content === undefined ? [] : [{ SpecialToken: { id: content, type_id: 0 } }]
  )
  return {
    added_tokens: pieces.flatMap(({ text, kind }, id) =>
      ['unknown', 'control', 'user-defined'].includes(kind) ? [addedToken(text, id, kind !== 'user-defined')] : []
    ),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        ...splits,
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: ownWords }
      ]
    },
    post_processor:
      before === undefined && after === undefined
        ? null
        : {
            type: 'TemplateProcessing',
            single: [...(first ?? []), { Sequence: { id: 'A', type_id: 0 } }, ...(last ?? [])],
            pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
            special_tokens: Object.fromEntries(
              [before, after].flatMap((id, i) =>
                id === undefined ? [] : [[around[i], { id: around[i], ids: [id], tokens: [around[i]] }] as const]
              )
            )
          },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: ignoreMerges,
      vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
      merges: merges.map((merge) => merge.split(' '))
    }
  }
}

function addedToken(content: string, id: number, special: boolean): JsonObject {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special }
}

/**
 * The tokenizer.json of vocab.json and merges.txt, or of the same files under OpenAI's names. `specials` are the special
 * tokens. Throws 'bad-model' when ids are missing.
 */
export function gpt2Tokenizer(
  vocabulary: JsonObject,
  merges: string,
  specials: readonly string[],
  file: string
): JsonObject {
  const pieces: Pick<Piece, 'text' | 'kind'>[] = []
  for (const [text, id] of Object.entries(vocabulary)) {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) > 1 << 22) {
      throw new AttenscopeError(
        'bad-model',
        `${file}: token '${text}' has the id ${String(id)}, expected an integer ≥ 0`
      )
    }
    pieces[id as number] = { text, kind: specials.includes(text) ? 'control' : 'normal' }
  }
  for (let id = 0; id < pieces.length; ++id) {
    if (!pieces[id])
      throw new AttenscopeError(
        'bad-model',
        `${file}: no token has the id ${id}, expected a token for each of the ${pieces.length} ids`
      )
  }
  const lines = merges.split('\n').filter((line) => line !== '' && !line.startsWith('#version'))
  return byteLevelBpe(pieces, lines)
}

/** The tokenizer.json of BERT's vocab.txt: WordPiece (Wu et al. 2016), one token per line. */
export function bertTokenizer(vocabulary: string, config: JsonObject, file: string): JsonObject {
  const tokens = vocabulary.replace(/\r?\n$/, '').split(/\r?\n/)
  const name = (key: string, usual: string) => (typeof config[key] === 'string' ? config[key] : usual)
  const special = ['unk', 'sep', 'pad', 'cls', 'mask'].map((key) => name(`${key}_token`, `[${key.toUpperCase()}]`))
  const idOf = (token: string) => {
    const id = tokens.indexOf(token)
    if (id < 0) throw new AttenscopeError('bad-model', `${file}: there is no token '${token}'`)
    return id
  }
  const [unknown = '', separator = '', , classifier = ''] = special
  return {
    added_tokens: special
      .filter((token) => tokens.includes(token))
      .map((token) => addedToken(token, idOf(token), true)),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config['tokenize_chinese_chars'] ?? true,
      strip_accents: config['strip_accents'] ?? null,
      lowercase: config['do_lower_case'] ?? true
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: classifier, type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: separator, type_id: 0 } }
      ],
      pair: [
        { SpecialToken: { id: classifier, type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: separator, type_id: 0 } },
        { Sequence: { id: 'B', type_id: 1 } },
        { SpecialToken: { id: separator, type_id: 1 } }
      ],
      special_tokens: Object.fromEntries(
        [classifier, separator].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }])
      )
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: unknown,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id]))
    }
  }
}
