/** The package's own recurrent models (docs/checkpoint-forms.md): a classifier with attention pooling and a translator. */

import type { RecurrentConfig } from '../types/engine.js'
import { isJsonObject, type JsonObject } from '../formats/json.js'
import { ConfigReader } from './config-reader.js'
import type { Family, ModelPlan, ModelSizes } from './family.js'
import { allLayers, maxContext, maxHeads, maxLabels, maxLayers, maxVocabulary, maxWidth } from './sizes.js'

export const lstmClassifier: Family = {
  modelType: 'attenscope-lstm-classifier',

  plan(values: JsonObject): ModelPlan {
    const config = new ConfigReader(values)
    config.accept('pooling', 'additive')
    const labels = readLabels(config)
    const encoder = readEncoder(config)
    return planOf(
      { ...encoder, kind: 'classifier', labels: labels.length },
      {
        kind: 'classifier',
        task: 'sequence-classification',
        parts: {
          encoder: { L: encoder.layers, N: 1, layers: [encoder.layers - 1], learnedQuery: true }
        },
        labels
      }
    )
  }
}

export const lstmSeq2Seq: Family = {
  modelType: 'attenscope-lstm-seq2seq',

  plan(values: JsonObject): ModelPlan {
    const config = new ConfigReader(values)
    const encoder = readEncoder(config)
    const context = config.choice('context', ['attention', 'pooled'])
    const heads = values['encoder_self_attention'] === false ? 0 : config.size('encoder_self_attention', maxHeads)
    const stateWidth = widthOfState(encoder)
    if (heads > 0 && stateWidth % heads !== 0) {
      throw config.bad('encoder_self_attention', heads, `a divisor of the encoder's width, ${stateWidth}`)
    }
    return planOf(
      {
        ...encoder,
        kind: 'seq2seq',
        decoderWidth: config.size('decoder_hidden_size', maxWidth),
        decoderContext: context,
        encoderHeads: heads
      },
      {
        kind: 'encoder-decoder',
        task: 'seq2seq-lm',
        parts: {
          encoder: { L: encoder.layers, N: heads, layers: heads > 0 ? [encoder.layers - 1] : [] },
          decoder: { L: 1, N: 0, layers: [] },
          cross: { L: 1, N: 1, layers: allLayers(1), ...(context === 'pooled' && { learnedQuery: true }) }
        }
      }
    )
  }
}

type EncoderConfig = Pick<
  RecurrentConfig,
  'vocabulary' | 'embeddingWidth' | 'layers' | 'width' | 'bidirectional' | 'attentionWidth' | 'context'
>

function readEncoder(config: ConfigReader): EncoderConfig {
  return {
    vocabulary: config.size('vocab_size', maxVocabulary),
    embeddingWidth: config.size('embedding_size', maxWidth),
    layers: config.size('num_layers', maxLayers),
    width: config.size('hidden_size', maxWidth),
    bidirectional: config.flag('bidirectional'),
    attentionWidth: config.size('attention_size', maxWidth),
    context: config.size('max_position_embeddings', maxContext)
  }
}

function widthOfState({ width, bidirectional }: Pick<RecurrentConfig, 'width' | 'bidirectional'>): number {
  return bidirectional ? 2 * width : width
}

/** The plan of a recurrent model: tensors have the same names in the file and in the engine. */
function planOf(engine: RecurrentConfig, sizes: Pick<ModelSizes, 'kind' | 'task' | 'parts' | 'labels'>): ModelPlan {
  return {
    engine: { recurrent: engine },
    sizes: {
      ...sizes,
      L: sizes.kind === 'classifier' ? engine.layers : 1,
      N: 1,
      K: 1,
      H: engine.attentionWidth,
      C: widthOfState(engine),
      F: 0,
      V: engine.vocabulary,
      context: engine.context
    },
    tensorName: (parameter) => parameter,
    mayIgnore: () => false
  }
}

/** The texts in `id2label`, which must number the labels 0, 1, 2, … without a gap. */
function readLabels(config: ConfigReader): string[] {
  const map = config.values['id2label']
  const entries = isJsonObject(map) ? Object.entries(map) : []
  const labels = entries.map((_, i) => (isJsonObject(map) ? map[String(i)] : undefined))
  if (labels.length === 0 || labels.length > maxLabels || !labels.every((label) => typeof label === 'string')) {
    throw config.bad('id2label', map, `an object with a text for each label 0, 1, 2, …, at most ${maxLabels} labels`)
  }
  return labels
}
