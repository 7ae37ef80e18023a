/** A model in the engine with its tokenizer: what the calls on a model do, on whatever thread it lives. */

import { matchCapture, unknownName } from './capture.js'
import { toEngineEdits } from './edits.js'
import type { ModelHandle, OwnedTensor, RunHandle } from './engine.js'
import { AttenscopeError } from './errors.js'
import { Generation } from './generation.js'
import { InputReader } from './input-reader.js'
import type { Job } from './job.js'
import type { AnswerTo, GenerationSettings, RunRequest, TranslateRequest } from './protocol.js'
import { RunStore } from './run-store.js'
import type { Tokenizer } from './tokenizer/tokenizer.js'
import type { HeadSummary, Input, ModelInfo, Part } from './types.js'

/** More than this is not captured at once: it would not fit beside the model on most devices. */
const maxCaptureBytes = 2 ** 30
/** Logits of every token are given up to this size, unless they are asked for. */
const maxDefaultLogitBytes = 64 * 2 ** 20
/** Tensors above this many numbers are computed head by head, with turns between. */
const maxNumbersAtOnce = 1 << 20

type Captured = OwnedTensor & { readonly name: string }

export class LoadedModel {
  readonly info: ModelInfo
  readonly traceNames: readonly string[]
  private readonly _model: ModelHandle
  private readonly _input: InputReader
  private readonly _endIds: ReadonlySet<number>
  private readonly _runs = new RunStore()
  private readonly _generations = new Map<number, Generation>()

  constructor(model: ModelHandle, info: ModelInfo, tokenizer: Tokenizer | undefined, endIds: ReadonlySet<number>) {
    this._model = model
    this.info = info
    this.traceNames = model.traceNames()
    this._input = new InputReader(tokenizer, info)
    this._endIds = endIds
  }

  async run(
    request: RunRequest,
    job: Job,
    onProgress: (progress: { done: number; total: number }) => void
  ): Promise<AnswerTo<'run'>> {
    const startedMs = performance.now()
    if (request.target !== undefined) {
      throw new AttenscopeError(
        'unsupported',
        `a target is for encoder–decoders; '${this.info.family}' has no decoder of its own`
      )
    }
    const { tokens } = this._input.read(request.input)
    const count = tokens.length
    const logits = request.logits ?? (count * this.info.V * 4 <= maxDefaultLogitBytes ? 'all' : 'last')
    const names = this._namesToCapture(request.capture, 0, count)
    const edits = toEngineEdits(request.edits, this.traceNames, this.info)

    const { id, run } = this._runs.open(() => this._model.createRun(count))
    try {
      run.setEdits(edits)
      run.append(
        tokens.map((token) => token.id),
        logits
      )
      await advance(run, job, onProgress)
      const rows = logits === 'all' ? count : logits === 'last' ? 1 : 0
      const answer: AnswerTo<'run'> = {
        type: 'ran',
        run: id,
        tokens,
        logits: { data: logits === 'none' ? new Float32Array(0) : run.logits(), shape: [rows, this.info.V] },
        captured: await this._capture(run, names, 0, count, job),
        elapsedMs: performance.now() - startedMs
      }
      this._runs.end(id)
      return answer
    } catch (error) {
      this._runs.remove(id)
      throw error
    }
  }

  generate(input: Input, settings: GenerationSettings): AnswerTo<'generate'> {
    const { text, tokens } = this._input.read(input)
    const decode = this._input.continuation(text, settings.stop)
    const edits = toEngineEdits(settings.edits, this.traceNames, this.info)
    const capture = this._namesToCapture(settings.capture, 0, tokens.length)

    const capacity = Math.min(this.info.context, tokens.length + settings.maxNewTokens)
    const { id, run } = this._runs.open(() => this._model.createRun(capacity))
    try {
      run.setEdits(edits)
    } catch (error) {
      this._runs.remove(id)
      throw error
    }
    this._generations.set(
      id,
      new Generation(run, tokens, settings, { context: this.info.context, endIds: this._endIds, decode, capture })
    )
    return { type: 'generating', run: id, promptTokens: tokens }
  }

  async translate(
    _request: TranslateRequest,
    _job: Job,
    _onProgress: (progress: { done: number; total: number }) => void
  ): Promise<AnswerTo<'translate'>> {
    throw new AttenscopeError('unsupported', `'${this.info.family}' does not translate`)
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
      return { ...step, captured: await this._capture(run, generation.capture, step.first, step.count, job) }
    } catch (error) {
      this.disposeRun(id)
      throw error
    }
  }

  async compute(
    id: number,
    name: string,
    head: number | undefined,
    first: number,
    count: number,
    job: Job
  ): Promise<OwnedTensor> {
    const run = this._runs.use(id)
    if (!this.traceNames.includes(name)) throw unknownName('trace', name, this.traceNames)
    if (head === undefined) return this._computeAllHeads(run, name, first, count, job)
    const shape = this._model.traceShape(name, count, first + count)
    const heads = shape.length === 3 ? (shape[0] ?? 0) : 0
    if (!Number.isInteger(head) || head < 0 || head >= heads) {
      throw new AttenscopeError(
        'option',
        heads === 0 ? `'${name}' has no heads` : `head ${head} of '${name}' is not one of 0 … ${heads - 1}`
      )
    }
    const { data, shape: computed } = run.compute(name, head, first, count)
    return { data, shape: computed.slice(-2) }
  }

  rollout(id: number, _part: Part, first: number, count: number): OwnedTensor {
    return this._runs.use(id).rollout(first, count)
  }

  async heads(id: number, _part: Part, job: Job): Promise<HeadSummary[]> {
    const run = this._runs.use(id)
    const summaries: HeadSummary[] = []
    for (let layer = 0; layer < this.info.L; ++layer) {
      summaries.push(...run.headSummaries(layer))
      await job.pauseIfDue()
    }
    return summaries
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

  private _namesToCapture(patterns: readonly string[], first: number, count: number): string[] {
    const names = matchCapture(patterns, this.traceNames)
    const bytes = names.reduce((sum, name) => sum + 4 * product(this._model.traceShape(name, count, first + count)), 0)
    if (bytes > maxCaptureBytes) {
      throw new AttenscopeError(
        'memory',
        `the capture would take ${bytes} bytes (${names.length} tensors for ${count} queries), at most ${maxCaptureBytes} are given out; capture less, or compute one at a time`
      )
    }
    return names
  }

  private async _capture(
    run: RunHandle,
    names: readonly string[],
    first: number,
    count: number,
    job: Job
  ): Promise<Captured[]> {
    const captured: Captured[] = []
    for (const name of names) captured.push({ name, ...(await this._computeAllHeads(run, name, first, count, job)) })
    return captured
  }

  private async _computeAllHeads(
    run: RunHandle,
    name: string,
    first: number,
    count: number,
    job: Job
  ): Promise<OwnedTensor> {
    const shape = this._model.traceShape(name, count, first + count)
    const [heads = 0] = shape
    if (shape.length !== 3 || product(shape) <= maxNumbersAtOnce) {
      const tensor = run.compute(name, -1, first, count)
      await job.pauseIfDue()
      return tensor
    }
    const data = new Float32Array(product(shape))
    for (let head = 0; head < heads; ++head) {
      data.set(run.compute(name, head, first, count).data, (head * data.length) / heads)
      await job.pauseIfDue()
    }
    return { data, shape }
  }
}

/** Computes what was appended, in turns with other calls. */
async function advance(
  run: RunHandle,
  job: Job,
  onProgress: (progress: { done: number; total: number }) => void
): Promise<void> {
  while (run.step()) {
    if (await job.pauseIfDue()) onProgress(run.progress())
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, size) => result * size, 1)
}
