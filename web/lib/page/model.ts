/** The caller's side of a model: each call is a request to the thread that holds the model. */

import type { Client } from '../wire/client.js'
import { AttenscopeError, disposedModelError } from '../errors.js'
import { checkGenerateOptions, checkInput, checkRunOptions, checkTarget, checkTranslateOptions } from './options.js'
import { pool, statesName } from './pooling.js'
import { checkHeadEffectOptions, checkMeasure, checkPatchEffectOptions } from './effect-options.js'
import { rankLabels } from './rank-labels.js'
import { freeIfUnreachable, HeldRun } from './held-run.js'
import { StepTraces } from './step-traces.js'
import { byName, EngineTrace } from '../trace/engine-trace.js'
import type {
  Classification,
  ClassifyOptions,
  Embedding,
  EmbedOptions,
  GenerateOptions,
  GenerationEnd,
  GenerationStep,
  HeadEffectOptions,
  HeadEffects,
  Input,
  Logits,
  Model,
  ModelInfo,
  ModelKind,
  PatchEffectOptions,
  PatchEffects,
  Pooling,
  Run,
  RunOptions,
  Task,
  Tensor,
  Token,
  TranslateOptions,
  Translation
} from '../types/index.js'

/** The model that loadModel returns. */
export class RemoteModel implements Model {
  readonly info: ModelInfo
  private readonly _client: Client
  private readonly _traceNames: readonly string[]

  constructor(client: Client, info: ModelInfo, traceNames: readonly string[]) {
    this._client = client
    this.info = info
    this._traceNames = traceNames
    freeIfUnreachable(this, () => client.close(disposedModelError()))
  }

  async run(input: Input, options: RunOptions = {}): Promise<Run> {
    return (await this._run(input, options)).run
  }

  /** Runs a text. If `pools` is true, the answer also has the checkpoint's pooling. */
  private async _run(
    input: Input,
    options: RunOptions,
    pools = false
  ): Promise<{ run: Run; pooling: Pooling | undefined }> {
    const { capture, logits, edits, promptTokens } = checkRunOptions(options)
    const target = options.target === undefined ? undefined : checkTarget(options.target)
    const answer = await this._client.request(
      { type: 'run', input: checkInput(input), target, pools, capture, logits, edits, promptTokens },
      { signal: options.signal, onRunProgress: options.onProgress }
    )
    const { tokens, targetTokens } = answer
    const held = this._hold(answer.run)
    const sequences = { tokens, ...(targetTokens && { targetTokens }) }
    const queries = { first: 0, count: (targetTokens ?? tokens).length }
    const trace = new EngineTrace(
      { info: this.info, ...sequences, queries, edits, captured: byName(answer.captured) },
      held
    )
    const result: Run = {
      ...sequences,
      logits: this.info.task === 'question-answering' ? startsAndEnds(answer.logits) : answer.logits,
      trace,
      elapsedMs: answer.elapsedMs,
      dispose: () => held.dispose()
    }
    return { run: result, pooling: answer.pooling }
  }

  async *generate(input: Input, options: GenerateOptions = {}): AsyncGenerator<GenerationStep, GenerationEnd, void> {
    const settings = checkGenerateOptions(options)
    this._require('generate', ['decoder', 'encoder-decoder'], ['causal-lm', 'seq2seq-lm'])
    const { signal } = options
    const start = await this._client.request(
      { type: 'generate', input: checkInput(input), options: settings },
      { signal }
    )
    const { run, promptTokens } = start
    const held = this._hold(run)
    const traces = new StepTraces(this.info, start, settings.edits, held)
    // A generation may be aborted between two steps, when no request is in progress that could fail.
    const onAbort = () => void held.dispose()
    signal?.addEventListener('abort', onAbort, { once: true })
    let ended = false
    try {
      for (let index = 0; ; ++index) {
        const answer = await this._client.request({ type: 'next', run }, { signal })
        if (answer.type === 'ended') {
          ended = true
          return { reason: answer.reason }
        }
        const { token, logits, elapsedMs } = answer
        const trace = traces.next(answer)
        yield { token, logits, trace, index, elapsedMs, ...(index === 0 && { promptTokens }) }
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      // If the caller left the loop, the run is freed. A generation that ended is kept like any run.
      if (!ended) await held.dispose()
    }
  }

  async translate(input: Input, options: TranslateOptions = {}): Promise<Translation> {
    const startedMs = performance.now()
    const { capture, edits, ...settings } = checkTranslateOptions(options)
    this._require('translate', ['encoder-decoder'])
    const { signal, onProgress } = options
    const source = checkInput(input)
    const { text, tokens, targetIds, score } = await this._client.request(
      { type: 'translate', input: source, options: settings, edits },
      { signal, onRunProgress: onProgress }
    )
    const { trace, dispose } = await this.run(source, {
      target: { ids: targetIds },
      capture,
      edits,
      logits: 'none',
      ...(signal && { signal })
    })
    return { text, tokens, score, trace, elapsedMs: performance.now() - startedMs, dispose }
  }

  async classify(input: Input, options: ClassifyOptions = {}): Promise<Classification> {
    checkRunOptions(options)
    this._require('classify', ['classifier'])
    const { logits, trace, elapsedMs, dispose } = await this.run(input, options)
    const { labels = [], scores = 'softmax' } = this.info
    return { labels: rankLabels(logits.data, labels, scores), trace, elapsedMs, dispose }
  }

  async embed(input: Input, options: EmbedOptions = {}): Promise<Embedding> {
    const { capture } = checkRunOptions(options)
    const name = statesName(this.info, this._traceNames)
    const { run, pooling } = await this._run(input, { ...options, capture: [...capture, name], logits: 'none' }, true)
    const mask = typeof input === 'object' && 'ids' in input ? input.attentionMask : undefined
    const { trace, elapsedMs, dispose } = run
    return { ...pool(trace.get(name), mask, pooling), trace, elapsedMs, dispose }
  }

  async tokens(ids: readonly number[]): Promise<readonly Token[]> {
    return this._client.request({ type: 'tokens', ids: Array.from(ids) })
  }

  async headEffects(input: Input, options: HeadEffectOptions = {}): Promise<HeadEffects> {
    const { target, ablate, signal, onProgress } = checkHeadEffectOptions(options)
    return this._client.request(
      { type: 'head-effects', input: checkInput(input), target, measure: checkMeasure(options), ablate },
      { signal, onRunProgress: onProgress }
    )
  }

  async patchEffects(input: Input, options: PatchEffectOptions): Promise<PatchEffects> {
    const { target, from, part, signal, onProgress } = checkPatchEffectOptions(options)
    return this._client.request(
      { type: 'patch-effects', input: checkInput(input), target, measure: checkMeasure(options), from, part },
      { signal, onRunProgress: onProgress }
    )
  }

  async dispose(): Promise<void> {
    this._client.close(disposedModelError())
  }

  private _hold(run: number): HeldRun {
    return new HeldRun(this._client, run, this._traceNames, this)
  }

  private _require(call: string, kinds: readonly ModelKind[], tasks: readonly Task[] = [this.info.task]): void {
    const { family, kind, task } = this.info
    const list = (names: readonly string[]) => names.map((each) => `'${each}'`).join(' or ')
    if (!kinds.includes(kind)) {
      throw new AttenscopeError(
        'unsupported',
        `${call} needs a model of kind ${list(kinds)}; '${family}' is of kind '${kind}'`
      )
    }
    if (!tasks.includes(task)) {
      throw new AttenscopeError(
        'unsupported',
        `${call} needs a model for the task ${list(tasks)}; this model's task is '${task}'`
      )
    }
  }
}

/** The logits of question answering, with their two columns as `start` and `end`. */
function startsAndEnds({ data, shape }: Tensor): Logits {
  const column = (at: number): Tensor => ({ data: data.filter((_, i) => i % 2 === at), shape: [data.length / 2] })
  return { data, shape, start: column(0), end: column(1) }
}
