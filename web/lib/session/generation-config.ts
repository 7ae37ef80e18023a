/** The checkpoint's settings for generation: generation_config.json, else the same fields of config.json. */

import { AttenscopeError } from '../errors.js'
import { ConfigReader } from '../families/config-reader.js'
import { type JsonObject } from '../formats/json.js'
import type { BeamOptions } from '../types/engine.js'
import type { SearchSettings } from '../wire/calls.js'
import type { ModelInfo } from '../types/index.js'

const file = 'generation_config.json'
const defaultBeams = 4
const mostBeams = 64
const largest = 2 ** 31 - 1

export class GenerationConfig {
  /** The tokens that end a text. */
  readonly endIds: ReadonlySet<number>
  private readonly _reader: ConfigReader
  private readonly _info: Pick<ModelInfo, 'V' | 'context'>

  constructor(generationConfig: JsonObject | undefined, config: JsonObject, info: Pick<ModelInfo, 'V' | 'context'>) {
    // Older checkpoints have no generation_config.json; these fields are then in config.json.
    this._reader = new ConfigReader({ ...pick(config), ...generationConfig }, generationConfig ? file : 'config.json')
    this._info = info
    // The model can never sample an id outside its vocabulary.
    this.endIds = new Set(this._list('eos_token_id').filter((id) => this._isId(id)))
  }

  /**
   * The start token of an encoder–decoder's decoder. A missing id throws only here, because ids can be run without it.
   */
  startId(): number {
    return this._reader.index('decoder_start_token_id', this._info.V)
  }

  /** The start token, or undefined if the checkpoint has none in the vocabulary. */
  startIdIfKnown(): number | undefined {
    const id = this._reader.values['decoder_start_token_id']
    return this._isId(id) ? id : undefined
  }

  /** The options of a beam search. The settings of the call replace those of the checkpoint. */
  beamOptions(settings: SearchSettings): BeamOptions {
    const reader = this._reader
    const { context } = this._info
    this._refuseUnsupported()
    const ofNew = reader.index('max_new_tokens', largest, 0)
    const longest = ofNew > 0 ? ofNew + 1 : reader.size('max_length', largest, context)
    const [forcedEnd = -1] = this._ids('forced_eos_token_id')
    const [forcedStart = -1] = this._ids('forced_bos_token_id')
    return {
      numBeams: settings.numBeams ?? reader.size('num_beams', mostBeams, defaultBeams),
      lengthPenalty: settings.lengthPenalty ?? reader.number('length_penalty', 1),
      maxLength: Math.min(settings.maxLength ?? longest, context),
      minLength: reader.index('min_length', largest, 0),
      noRepeatNgramSize: Math.min(
        settings.noRepeatNgramSize ?? reader.index('no_repeat_ngram_size', largest, 0),
        largest
      ),
      badTokens: this._badTokens(),
      startToken: this.startId(),
      endTokens: [...this.endIds],
      forcedStartToken: forcedStart,
      forcedEndToken: forcedEnd,
      renormalize: reader.flag('renormalize_logits', false),
      earlyStopping: reader.flag('early_stopping', false)
    }
  }

  /** Refuses settings that would change the best text and are not implemented. */
  private _refuseUnsupported(): void {
    const reader = this._reader
    reader.accept('early_stopping', true, false)
    reader.accept('num_beam_groups', 1)
    for (const field of ['repetition_penalty', 'encoder_repetition_penalty']) reader.accept(field, 1)
    for (const field of ['diversity_penalty', 'encoder_no_repeat_ngram_size', 'min_new_tokens']) reader.accept(field, 0)
    for (const field of [
      'suppress_tokens',
      'begin_suppress_tokens',
      'sequence_bias',
      'constraints',
      'force_words_ids',
      'exponential_decay_length_penalty',
      'penalty_alpha',
      'guidance_scale'
    ]) {
      reader.accept(field)
    }
  }

  /** The forbidden tokens. A forbidden word of several tokens would depend on earlier tokens, so it is refused. */
  private _badTokens(): number[] {
    const words = this._reader.values['bad_words_ids'] ?? []
    if (!Array.isArray(words)) throw this._reader.bad('bad_words_ids', words, 'a list of lists of ids')
    return words.map((word: unknown) => {
      if (!Array.isArray(word) || word.length === 0) {
        throw this._reader.bad('bad_words_ids', words, 'a list of lists of ids')
      }
      if (word.length > 1) {
        throw new AttenscopeError(
          'unsupported',
          `${file}: bad_words_ids holds a word of ${word.length} tokens; supported: single tokens`
        )
      }
      return this._checkId('bad_words_ids', word[0])
    })
  }

  /** The ids of a field with one id, a list of ids, or no value. */
  private _ids(field: string): number[] {
    return this._list(field).map((id) => this._checkId(field, id))
  }

  private _list(field: string): readonly unknown[] {
    const value = this._reader.values[field] ?? []
    return Array.isArray(value) ? value : [value]
  }

  private _checkId(field: string, id: unknown): number {
    if (!this._isId(id)) throw this._reader.bad(field, id, `an integer from 0 to ${this._info.V - 1}`)
    return id
  }

  private _isId(id: unknown): id is number {
    return Number.isInteger(id) && (id as number) >= 0 && (id as number) < this._info.V
  }
}

const fieldsOfOld = [
  'eos_token_id',
  'decoder_start_token_id',
  'forced_bos_token_id',
  'forced_eos_token_id',
  'bad_words_ids',
  'num_beams',
  'length_penalty',
  'max_length',
  'max_new_tokens',
  'min_length',
  'no_repeat_ngram_size',
  'early_stopping',
  'renormalize_logits'
]

function pick(config: JsonObject): JsonObject {
  return Object.fromEntries(
    fieldsOfOld.filter((field) => Object.hasOwn(config, field)).map((field) => [field, config[field]])
  )
}
