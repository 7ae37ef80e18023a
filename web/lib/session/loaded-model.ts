/** A model in the engine with its tokenizer: the work of each call on a model, on the model's thread. */

import { EditReader, type EditedText } from '../edits/edit-reader.js'
import { EffectReader } from './effect-reader.js'
import type { EngineEdit, OwnedTensor } from '../types/engine.js'
import type { ModelHandle, RunHandle } from '../engine/engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { ModelPlan } from '../families/family.js'
import { Generation } from './generation.js'
import { checkStates } from './check-numbers.js'
import type { GenerationConfig } from './generation-config.js'
import type { InputReader } from './input-reader.js'
import type { Job } from './job.js'
import { InsightReader } from './insight-reader.js'
import { LogitReader } from './logit-reader.js'
import type {
  Generating,
  GenerationSettings,
  Found,
  Ran,
  RunRequest,
  Stepped,
  Ended,
  TranslateRequest
} from '../wire/calls.js'
import type { RunProgress } from '../wire/protocol.js'
import type { TraceQuestion } from '../wire/trace-questions.js'
import type { TracedRun } from './trace-handlers.js'
import { RunStore } from './run-store.js'
import { TraceReader } from './trace-reader.js'
import { parseTraceName } from '../trace/trace-name.js'
import { findTarget } from './translation.js'
import type { Input, ModelInfo, Pooling, QueryRange, Target, Token } from '../types/index.js'

type OnProgress = (progress: RunProgress) => void

/** The parts of a model besides its weights. */
export interface ModelSurroundings {
  readonly info: ModelInfo
  readonly input: InputReader
  readonly generation: GenerationConfig
  /** The token whose logits are the labels of a sequence classifier, if each token has logits. */
  readonly labelsAt: ModelPlan['labelsAt']
  /** Reads the checkpoint's pooling, if it has one. */
  readPooling(): Promise<Pooling | undefined>
}

export class LoadedModel {
  readonly info: ModelInfo
  private readonly _model: ModelHandle
  private readonly _input: InputReader
  private readonly _generation: GenerationConfig
  private readonly _logits: LogitReader
  private readonly _readPooling: ModelSurroundings['readPooling']
  private readonly _trace: TraceReader
  private readonly _insight: InsightReader
  private readonly _edits: EditReader
  readonly effects: EffectReader
  private readonly _runs = new RunStore()
  private readonly _generations = new Map<number, Generation>()

  constructor(model: ModelHandle, { info, input, generation, labelsAt, readPooling }: ModelSurroundings) {
    this._model = model
    this.info = info
    this._input = input
    this._generation = generation
    this._logits = new LogitReader(info, labelsAt)
    this._readPooling = readPooling
    this._trace = new TraceReader(model, info)
    this._insight = new InsightReader(info, this._trace.names, (id) => input.alone(id))
    this.effects = new EffectReader({
      info,
      model,
      input,
      read: async (text, target) => {
        await input.prepare(text)
        return { ...input.read(text), targetTokens: this._readTarget(target) }
      },
      logits: this._logits,
      make: (count, source) => this._runs.make(() => model.createRun(count, source))
    })
    this._edits = new EditReader(info, model, (text, edits, name, job) => this._tensorOf(text, edits, name, job))
  }

  get traceNames(): readonly string[] {
    return this._trace.names
  }

  async run(request: RunRequest, job: Job, onProgress: OnProgress): Promise<Ran> {
    const startedMs = performance.now()
    await this._input.prepare(request.input)
    const pooling = request.pools ? await this._readPooling() : undefined
    const read = this._input.read(request.input)
    const { tokens } = read
    const targetTokens = this._readTarget(request.target)
    const grown = targetTokens ?? tokens
    const logits = request.logits ?? this._logits.byDefault(grown.length)
    const extent = { first: 0, count: grown.length, source: targetTokens ? tokens.length : 0 }
    const names = this._trace.match(request.capture, extent)
    const edits = await this._edits.read(
      request.edits,
      {
        ...{ ...read, targetTokens: grown, ...stepsOf(targetTokens ? 1 : request.promptTokens) },
        ...(!targetTokens && { promptCount: request.promptTokens })
      },
      job
    )

    const { id, run } = this._runs.open(() => this._model.createRun(extent.count, extent.source))
    try {
      run.setEdits(edits)
      if (names.some((name) => parseTraceName(name)?.stage === 'picture')) run.keepPictures()
      if (targetTokens) run.setSource(this._input.toEngine(read))
      run.append(this._input.toEngine(targetTokens ? { tokens: targetTokens } : read), this._logits.fromEngine(logits))
      await advance(run, job, onProgress)
      const isEdited = edits.length > 0
      const mask = targetTokens ? undefined : read.attentionMask
      const counts = (token: number) => mask?.[token] !== 0
      const answer: Ran = {
        run: id,
        tokens,
        ...(targetTokens && { targetTokens }),
        ...(pooling && { pooling }),
        logits: this._logits.read(run, logits, grown, { counts, isEdited }),
        captured: await this._trace.capture(run, names, extent, job),
        elapsedMs: performance.now() - startedMs
      }
      if (request.pools) checkStates(answer.captured, tokens.length, { counts, isEdited })
      this._runs.end(id)
      return answer
    } catch (error) {
      this._runs.remove(id)
      throw error
    }
  }

  async generate(input: Input, settings: GenerationSettings, job: Job): Promise<Generating> {
    await this._input.prepare(input)
    const read = this._input.read(input)
    const { text, tokens } = read
    const hasTarget = this.info.kind === 'encoder-decoder'
    const prompt = hasTarget ? [this._input.special(this._generation.startId())] : tokens
    const decode = this._input.continuation(hasTarget ? '' : text, settings.stop)
    const source = hasTarget ? tokens.length : 0
    const promptTokens = hasTarget ? prompt.length : Math.min(prompt.length, settings.promptTokens ?? Infinity)
    const edits = await this._edits.read(settings.edits, { ...read, ...stepsOf(promptTokens) }, job)
    const capture = this._trace.match(settings.capture, { first: 0, count: prompt.length, source })

    const capacity = Math.min(this.info.context, prompt.length + settings.maxNewTokens)
    const { id, run } = this._runs.open(() => this._model.createRun(capacity, source))
    try {
      run.setEdits(edits)
      if (hasTarget) run.setSource(this._input.toEngine(read))
    } catch (error) {
      this._runs.remove(id)
      throw error
    }
    const { context } = this.info
    const { endIds } = this._generation
    const first = this._input.toEngine(hasTarget ? { tokens: prompt } : read)
    this._generations.set(id, new Generation(run, first, settings, { context, endIds, decode, capture }))
    return { run: id, promptTokens: tokens, ...(hasTarget && { targetTokens: prompt }) }
  }

  async next(id: number, job: Job): Promise<Stepped | Ended> {
    const run = this._runs.use(id)
    const generation = this._generations.get(id)
    if (!generation) throw new AttenscopeError('option', `run ${id} is not a generation`)
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

  async translate(request: TranslateRequest, job: Job, onProgress: OnProgress): Promise<Found> {
    await this._input.prepare(request.input)
    const read = this._input.read(request.input)
    const source = this._input.toEngine(read)
    const options = this._generation.beamOptions(request.options)
    const edits = await this._edits.read(request.edits, { ...read, ...stepsOf(1) }, job)
    return findTarget(this._model, source, options, edits, this._input.continuation('', []), job, onProgress)
  }

  /** The run of a question about a trace, with the readers that answer the question. */
  traced({ run: id, first, count }: TraceQuestion): TracedRun {
    const run = this._runs.use(id)
    return { run, extent: this._extent(run, { first, count }), trace: this._trace, insight: this._insight }
  }

  /** Each token of the vocabulary by itself. */
  tokens(ids: readonly number[]): Token[] {
    return ids.map((id) => {
      if (Number.isInteger(id) && id >= 0 && id < this.info.V) return this._input.alone(id)
      throw new AttenscopeError('option', `ids holds ${id}, expected integers from 0 to ${this.info.V - 1}`)
    })
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

  /** A traced tensor of a text, for edits that take their numbers from another run. */
  private async _tensorOf(
    text: EditedText,
    edits: readonly EngineEdit[],
    name: string,
    job: Job
  ): Promise<OwnedTensor> {
    if ('input' in text) await this._input.prepare(text.input)
    const read = 'tokens' in text ? text : this._input.read(text.input)
    const { tokens } = read
    const targetTokens = 'tokens' in text ? this._ownTarget(text) : this._readTarget(text.target)
    const grown = targetTokens ?? tokens
    const extent = { first: 0, count: grown.length, source: targetTokens ? tokens.length : 0 }
    const run = this._runs.make(() => this._model.createRun(extent.count, extent.source))
    try {
      run.setEdits(edits)
      if (targetTokens) run.setSource(this._input.toEngine(read))
      run.append(this._input.toEngine(targetTokens ? { tokens: grown } : read), 'none')
      await advance(run, job, () => {})
      return await this._trace.compute(run, { name, head: undefined, queries: undefined }, extent, job)
    } finally {
      run.delete()
    }
  }

  /** The known target, else the start token alone: the encoder's tensors do not depend on the target. */
  private _ownTarget({ targetTokens }: { readonly targetTokens?: readonly Token[] }): readonly Token[] | undefined {
    if (this.info.kind !== 'encoder-decoder') return undefined
    return targetTokens ?? [this._input.special(this._generation.startId())]
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

  private _extent(run: RunHandle, { first, count }: QueryRange): QueryRange & { readonly source: number } {
    return { first, count, source: run.sourceLength }
  }
}

/** The first row of each step: step 0 computes the prompt, each later step the token that the step before it chose. */
function stepsOf(promptTokens: number | undefined): { rowOfStep?: (step: number) => number } {
  if (promptTokens === undefined) return {}
  return { rowOfStep: (step) => (step === 0 ? 0 : promptTokens + step - 1) }
}

/** Computes the appended tokens, in turns with other calls. */
async function advance(run: RunHandle, job: Job, onProgress: OnProgress): Promise<void> {
  while (run.step()) {
    if (await job.pauseIfDue()) onProgress(run.progress())
  }
}
