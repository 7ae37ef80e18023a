/** A model in the engine with its tokenizer: what the calls on a model do, on whatever thread it lives. */

import { toEngineEdits } from './edits.js'
import type { OwnedTensor } from './engine.js'
import type { ModelHandle, RunHandle } from './engine-handles.js'
import { AttenscopeError } from './errors.js'
import { Generation } from './generation.js'
import type { GenerationConfig } from './generation-config.js'
import type { InputReader } from './input-reader.js'
import type { Job } from './job.js'
import { InsightReader } from './insight-reader.js'
import type {
  AnswerTo,
  ComputeRequest,
  DirectLogitsRequest,
  FlowRequest,
  GenerationSettings,
  LensRequest,
  PlaneRequest,
  RunRequest,
  TranslateRequest
} from './protocol.js'
import { RunStore } from './run-store.js'
import { TraceReader } from './trace-reader.js'
import { findTarget } from './translation.js'
import type {
  DirectLogits,
  HeadSummary,
  Input,
  LensReading,
  ModelInfo,
  Part,
  Plane,
  QueryRange,
  Target,
  Token
} from './types.js'

/** Logits of every token are given up to this size, unless they are asked for. */
const maxDefaultLogitBytes = 64 * 2 ** 20

type OnProgress = (progress: { done: number; total: number }) => void

/** What surrounds the weights of a model. */
export interface ModelSurroundings {
  readonly info: ModelInfo
  readonly input: InputReader
  readonly generation: GenerationConfig
}

export class LoadedModel {
  readonly info: ModelInfo
  private readonly _model: ModelHandle
  private readonly _input: InputReader
  private readonly _generation: GenerationConfig
  private readonly _trace: TraceReader
  private readonly _insight: InsightReader
  private readonly _runs = new RunStore()
  private readonly _generations = new Map<number, Generation>()

  constructor(model: ModelHandle, { info, input, generation }: ModelSurroundings) {
    this._model = model
    this.info = info
    this._input = input
    this._generation = generation
    this._trace = new TraceReader(model, info)
    this._insight = new InsightReader(info, this._trace.names, (id) => input.alone(id))
  }

  get traceNames(): readonly string[] {
    return this._trace.names
  }

  async run(request: RunRequest, job: Job, onProgress: OnProgress): Promise<AnswerTo<'run'>> {
    const startedMs = performance.now()
    await this._input.prepare(request.input)
    const { tokens } = this._input.read(request.input)
    const targetTokens = this._readTarget(request.target)
    const grown = targetTokens ?? tokens
    const logits = request.logits ?? this._defaultLogits(grown.length)
    const extent = { first: 0, count: grown.length, source: targetTokens ? tokens.length : 0 }
    const names = this._trace.match(request.capture, extent)
    const edits = toEngineEdits(request.edits, this.traceNames, this.info)

    const { id, run } = this._runs.open(() => this._model.createRun(extent.count, extent.source))
    try {
      run.setEdits(edits)
      if (targetTokens) run.setSource(idsOf(tokens))
      run.append(idsOf(grown), logits)
      await advance(run, job, onProgress)
      const answer: AnswerTo<'run'> = {
        type: 'ran',
        run: id,
        tokens,
        ...(targetTokens && { targetTokens }),
        logits: this._logitsOf(run, logits, grown.length),
        captured: await this._trace.capture(run, names, extent, job),
        elapsedMs: performance.now() - startedMs
      }
      this._runs.end(id)
      return answer
    } catch (error) {
      this._runs.remove(id)
      throw error
    }
  }

  async generate(input: Input, settings: GenerationSettings): Promise<AnswerTo<'generate'>> {
    await this._input.prepare(input)
    const { text, tokens } = this._input.read(input)
    const hasTarget = this.info.kind === 'encoder-decoder'
    const prompt = hasTarget ? [this._input.special(this._generation.startId())] : tokens
    const decode = this._input.continuation(hasTarget ? '' : text, settings.stop)
    const edits = toEngineEdits(settings.edits, this.traceNames, this.info)
    const source = hasTarget ? tokens.length : 0
    const capture = this._trace.match(settings.capture, { first: 0, count: prompt.length, source })

    const capacity = Math.min(this.info.context, prompt.length + settings.maxNewTokens)
    const { id, run } = this._runs.open(() => this._model.createRun(capacity, source))
    try {
      run.setEdits(edits)
      if (hasTarget) run.setSource(idsOf(tokens))
    } catch (error) {
      this._runs.remove(id)
      throw error
    }
    const { context } = this.info
    const { endIds } = this._generation
    this._generations.set(id, new Generation(run, prompt, settings, { context, endIds, decode, capture }))
    return { type: 'generating', run: id, promptTokens: tokens, ...(hasTarget && { targetTokens: prompt }) }
  }

  async next(id: number, job: Job): Promise<AnswerTo<'next'>> {
    const run = this._runs.use(id)
    const generation = this._generations.get(id)
    if (!generation) throw new AttenscopeError('option', `run ${id} is no generation`)
    try {
      const step = await generation.next(() => advance(run, job, () => {}))
      if (step.type === 'ended') {
        this._generations.delete(id)
        this._runs.end(id)
        return step
      }
      // An encoder computes once: its tensors come with the first step.
      const isFirst = step.first === 0
      const names = isFirst ? generation.capture : generation.capture.filter((name) => this._trace.grows(name))
      return { ...step, captured: await this._trace.capture(run, names, this._extent(run, step), job) }
    } catch (error) {
      this.disposeRun(id)
      throw error
    }
  }

  async translate(request: TranslateRequest, job: Job, onProgress: OnProgress): Promise<AnswerTo<'translate'>> {
    await this._input.prepare(request.input)
    const { tokens } = this._input.read(request.input)
    const options = this._generation.beamOptions(request.options)
    return findTarget(this._model, idsOf(tokens), options, this._input.continuation('', []), job, onProgress)
  }

  async compute(request: ComputeRequest, job: Job): Promise<OwnedTensor> {
    const run = this._runs.use(request.run)
    return this._trace.compute(run, request, this._extent(run, request), job)
  }

  async flow(request: FlowRequest, job: Job): Promise<OwnedTensor> {
    const run = this._runs.use(request.run)
    return this._trace.flow(run, request, this._extent(run, request), job)
  }

  async lens(request: LensRequest, job: Job): Promise<LensReading[]> {
    return this._insight.lens(this._runs.use(request.run), request, job)
  }

  directLogits(request: DirectLogitsRequest): DirectLogits {
    return this._insight.directLogits(this._runs.use(request.run), request)
  }

  plane(request: PlaneRequest): Plane {
    return this._insight.plane(this._runs.use(request.run), request)
  }

  async rollout(id: number, part: Part, queries: QueryRange, job: Job): Promise<OwnedTensor> {
    const run = this._runs.use(id)
    return this._trace.rollout(run, part, this._extent(run, queries), job)
  }

  async heads(id: number, part: Part, job: Job): Promise<HeadSummary[]> {
    return this._trace.heads(this._runs.use(id), part, job)
  }

  disposeRun(id: number): void {
    this._generations.delete(id)
    this._runs.remove(id)
  }

  dispose(): void {
    this._generations.clear()
    this._runs.clear()
    this._model.delete()
  }

  private _readTarget(target: Target | undefined): readonly Token[] | undefined {
    const { family, kind } = this.info
    if (kind === 'encoder-decoder') {
      if (target !== undefined) return this._input.readTarget(target, this._generation)
      throw new AttenscopeError(
        'option',
        `'${family}' is an encoder–decoder: its run needs a target, a text or { ids: [1, 2, 3] }, beside the input`
      )
    }
    if (target === undefined) return undefined
    throw new AttenscopeError(
      'unsupported',
      `a target needs a model of kind 'encoder-decoder'; '${family}' is of kind '${kind}'`
    )
  }

  private _defaultLogits(count: number): 'all' | 'last' {
    return count * this.info.V * 4 <= maxDefaultLogitBytes ? 'all' : 'last'
  }

  private _logitsOf(run: RunHandle, wanted: 'all' | 'last' | 'none', count: number): OwnedTensor {
    const { kind, labels = [], V } = this.info
    const data = wanted === 'none' ? new Float32Array(0) : run.logits()
    if (kind === 'classifier') return { data, shape: [wanted === 'none' ? 0 : labels.length] }
    return { data, shape: [wanted === 'all' ? count : wanted === 'last' ? 1 : 0, V] }
  }

  private _extent(run: RunHandle, { first, count }: QueryRange): QueryRange & { readonly source: number } {
    return { first, count, source: run.sourceLength }
  }
}

function idsOf(tokens: readonly Token[]): number[] {
  return tokens.map(({ id }) => id)
}

/** Computes what was appended, in turns with other calls. */
async function advance(run: RunHandle, job: Job, onProgress: OnProgress): Promise<void> {
  while (run.step()) {
    if (await job.pauseIfDue()) onProgress(run.progress())
  }
}
