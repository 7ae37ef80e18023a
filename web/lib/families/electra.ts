/** ELECTRA (Clark et al. 2020): a BERT whose embedding width may be smaller than the model width. */

import { bertConfig, bertNames, bertUnused, denseHead, languageTask } from './bert.js'
import type { ConfigReader } from './config-reader.js'
import { questionHead, tokenHead } from './heads.js'
import { maxWidth } from './sizes.js'
import { transformerFamily } from './transformer-form.js'

const embeddingWidth = (config: ConfigReader) => config.size('embedding_size', maxWidth, 128)
const defaults = { hidden_size: 256, num_attention_heads: 4, intermediate_size: 1024 }

export const electra = transformerFamily({
  modelType: 'electra',
  prefixes: ['electra.'],
  roots: /^(embeddings|embeddings_project|encoder)\./,
  unused: bertUnused,
  tied: true,
  names: bertNames,

  heads(config) {
    const width = config.size('hidden_size', maxWidth, defaults.hidden_size)
    return [
      denseHead(
        { task: languageTask(config), architecture: /(ForMaskedLM|ForCausalLM)$/, canTie: true },
        [['generator_predictions.dense'], 'generator_predictions.LayerNorm', 'generator_lm_head'],
        { width: embeddingWidth(config), activation: 'gelu', norm: true }
      ),
      denseHead(
        { task: 'sequence-classification', architecture: /ForSequenceClassification$/, at: 'first' },
        [['classifier.dense'], undefined, 'classifier.out_proj'],
        { width, activation: 'gelu' }
      ),
      tokenHead(),
      questionHead
    ]
  },

  config(config) {
    const bert = bertConfig(config.with(defaults))
    const width = embeddingWidth(config)
    return width === bert.width ? bert : { ...bert, embeddingWidth: width }
  }
})
