/** Every public call refuses an option that it does not have, by name, and says which one was probably meant. */

import {
  compareLogits,
  configure,
  inspectModel,
  loadModel,
  loadOps,
  openTrace,
  traceAttention,
  traceName
} from 'attenscope'
import { TraceRecorder, type Model, type Run, type Trace } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { nearestName } from '../../web/lib/nearest-name.js'
import { expectError } from './support/errors.js'
import { golden, tinyFolder } from './support/folders.js'

/** Options as plain JavaScript passes them. */
const wrong = (options: object) => options as never
const ids = { ids: [1, 2, 3] }

describe('an option that a call does not have', () => {
  let model: Model
  let translator: Model
  let classifier: Model
  let run: Run
  let saved: Trace

  beforeAll(async () => {
    const folders = [tinyFolder, golden('marian-translate'), golden('lstm-classifier')]
    ;[model, translator, classifier] = (await Promise.all(folders.map((folder) => loadModel(folder)))) as [
      Model,
      Model,
      Model
    ]
    run = await model.run(ids, { capture: ['pattern'] })
    saved = await openTrace(await run.trace.save())
  })
  afterAll(async () => {
    await Promise.all([model, translator, classifier].map((each) => each.dispose()))
  })

  const calls: Readonly<Record<string, () => unknown>> = {
    "loadModel has no option 'dtpye'; did you mean 'dtype'?": () => loadModel(tinyFolder, wrong({ dtpye: 'f32' })),
    "loadModel has no option 'on_progress'; did you mean 'onProgress'?": () =>
      loadModel(tinyFolder, wrong({ on_progress: () => {} })),
    "inspectModel has no option 'signall'; did you mean 'signal'?": () =>
      inspectModel(tinyFolder, wrong({ signall: 1 })),
    "openTrace has no option 'sginal'; did you mean 'signal'?": () => openTrace(new Blob([]), wrong({ sginal: 1 })),
    "loadOps has no option 'varient'; did you mean 'variant'?": () => loadOps(wrong({ varient: 'base' })),
    "configure has no option 'workerURL'; did you mean 'workerUrl'?": () => configure(wrong({ workerURL: '/w.js' })),
    "run has no option 'captures'; did you mean 'capture'?": () => model.run(ids, wrong({ captures: ['pattern'] })),
    "run has no option 'prompt_tokens'; did you mean 'promptTokens'?": () =>
      model.run(ids, wrong({ prompt_tokens: 2 })),
    "generate has no option 'max_new_tokens'; did you mean 'maxNewTokens'?": () =>
      model.generate(ids, wrong({ max_new_tokens: 2 })).next(),
    "generate has no option 'logits'; it has maxNewTokens": () => model.generate(ids, wrong({ logits: 'none' })).next(),
    "translate has no option 'beams'; did you mean 'numBeams'?": () => translator.translate(ids, wrong({ beams: 2 })),
    "classify has no option 'target'; it has capture": () => classifier.classify(ids, wrong({ target: 'a' })),
    "embed has no option 'edit'; did you mean 'edits'?": () => model.embed(ids, wrong({ edit: [] })),
    "headEffects has no option 'ablation'; did you mean 'ablate'?": () =>
      model.headEffects(ids, wrong({ ablation: 'mean' })),
    "patchEffects has no option 'parts'; did you mean 'part'?": () =>
      model.patchEffects(ids, wrong({ from: { input: ids }, parts: 'decoder' })),
    "from has no 'text'; it has input, target": () =>
      model.patchEffects(ids, wrong({ from: { input: ids, text: 'a' } })),
    "the input has no 'attention_mask'; did you mean 'attentionMask'?": () =>
      model.run(wrong({ ...ids, attention_mask: [1, 1, 1] })),
    "the input has no 'pairs'; did you mean 'pair'?": () => model.run(wrong({ text: 'a', pairs: 'b' })),
    "the input has no 'tools'; it has messages": () =>
      model.run(wrong({ messages: [{ role: 'user', content: 'a' }], tools: [] })),
    "the target has no 'typeIds'; it has ids": () => translator.run(ids, wrong({ target: { ids: [1], typeIds: [0] } })),
    "edits[0] has no 'heads'; did you mean 'head'?": () =>
      model.run(ids, { edits: [wrong({ at: 'blocks.0.attn.pattern', heads: 1, op: 'zero' })] }),
    "edits[0].set has no 'normaliser'; did you mean 'normalizer'?": () =>
      model.run(ids, { edits: [wrong({ at: 'blocks.0.attn', set: { normaliser: 'hard' } })] }),
    "edits[0].from has no 'queries'; did you mean 'query'?": () =>
      model.run(ids, {
        edits: [wrong({ at: 'blocks.0.attn.pattern', op: 'patch', from: { input: ids, queries: 1 } })]
      }),
    "edits[0].from[0] has no 'text'; it has input, target": () =>
      model.run(ids, {
        edits: [wrong({ at: 'blocks.0.attn.head_output', op: 'mean', from: [{ input: ids, text: 'a' }] })]
      }),
    "trace.compute has no option 'heads'; did you mean 'head'?": () =>
      run.trace.compute('blocks.0.attn.pattern', wrong({ heads: 1 })),
    "trace.pattern has no option 'parts'; did you mean 'part'?": () =>
      run.trace.pattern(0, 0, wrong({ parts: 'cross' })),
    "trace.row has no option 'parts'; did you mean 'part'?": () => run.trace.row(0, 0, 0, wrong({ parts: 'cross' })),
    "trace.rollout has no option 'layer'; it has part": () => run.trace.rollout(wrong({ layer: 1 })),
    "trace.heads has no option 'layer'; it has part": () => run.trace.heads(wrong({ layer: 1 })),
    "trace.flow has no option 'queries'; did you mean 'query'?": () => run.trace.flow(wrong({ queries: 1 })),
    "trace.lens has no option 'topK'; did you mean 'top'?": () => run.trace.lens(wrong({ topK: 1 })),
    "trace.directLogits has no option 'tokens'; did you mean 'token'?": () =>
      run.trace.directLogits(wrong({ tokens: 1 })),
    "trace.plane has no option 'head'; it has part": () => run.trace.plane(0, 0, wrong({ head: 1 })),
    "trace.save has no option 'names'; it has also": () => run.trace.save(wrong({ names: [] })),
    "traceAttention has no option 'token'; did you mean 'tokens'?": () => {
      const x = { shape: [1, 1, 2, 2], data: new Float32Array(4) }
      return traceAttention({ q: x, k: x, v: x }, wrong({ token: ['a', 'b'] }))
    },
    "traceName has no option 'block'; it has part": () => traceName(wrong({ block: 0, site: 'attn' })),
    "TraceRecorder has no option 'parts'; did you mean 'part'?": () =>
      new TraceRecorder(model.info, wrong({ parts: 'cross' })),
    "compareLogits has no option 'tops'; did you mean 'top'?": () =>
      compareLogits(run.logits, run.logits, wrong({ tops: 1 })),
    "attention has no option 'casual'; did you mean 'causal'?": async () => {
      const x = { shape: [1, 1, 2, 2], data: new Float32Array(4) }
      return (await loadOps()).attention(wrong({ q: x, k: x, v: x, casual: true }))
    }
  }

  it.each(Object.entries(calls))('%s', async (message, call) => {
    await expectError(
      (async () => {
        await call()
      })(),
      'option',
      message
    )
  })

  const ofFile: Readonly<Record<string, (trace: Trace, options: never) => Promise<unknown>>> = {
    'trace.compute': (trace, options) => trace.compute('blocks.0.attn.pattern', options),
    'trace.rollout': (trace, options) => trace.rollout(options),
    'trace.heads': (trace, options) => trace.heads(options),
    'trace.flow': (trace, options) => trace.flow(options),
    'trace.lens': (trace, options) => trace.lens(options),
    'trace.directLogits': (trace, options) => trace.directLogits(options),
    'trace.plane': (trace, options) => trace.plane(0, 0, options),
    'trace.save': (trace, options) => trace.save(options)
  }

  it.each(Object.entries(ofFile))('%s of a saved trace refuses it too', async (name, call) => {
    await expectError(call(saved, wrong({ nothing: 1 })), 'option', `${name} has no option 'nothing'`)
  })

  it('that is undefined counts as absent', async () => {
    const { logits } = await model.run(ids, wrong({ logits: 'none', nothing: undefined }))
    expect(logits.shape).toEqual([0, model.info.V])
  })

  it.each([null, 3, 'all'])('options that are no object are refused: %j', async (options) => {
    await expectError(model.run(ids, options as never), 'option', 'the options are')
    await expectError(loadModel(tinyFolder, options as never), 'option', 'the options are')
    await expectError(inspectModel(tinyFolder, options as never), 'option', 'the options are')
  })
})

describe('the nearest name', () => {
  it.each([
    ['top_k', 'topK'],
    ['TOPP', 'topP'],
    ['tempreature', 'temperature'],
    ['newTokens', 'maxNewTokens'],
    ['colour', undefined],
    ['x', undefined]
  ])('%s → %s', (name, expected) => {
    expect(nearestName(name, ['maxNewTokens', 'temperature', 'topK', 'topP', 'seed', 'stop'])).toBe(expected)
  })
})
