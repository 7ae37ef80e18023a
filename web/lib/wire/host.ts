/** Answers a client's requests with the one model that it holds, in a worker or on the caller's own thread. */

import { loadEngine, type Engine } from '../engine/engine.js'
import { AttenscopeError, disposedModelError, toPlainError } from '../errors.js'
import { Job } from '../session/job.js'
import { loadFromFolder } from '../session/load-from-folder.js'
import type { LoadedModel } from '../session/loaded-model.js'
import type { AbortRequest, Answer, LoadRequest, Reply, Request } from './protocol.js'
import { FolderReader } from '../sources/folder.js'
import { openFolder } from '../sources/open-folder.js'
import type { Progress, Tensor, Variant } from '../types/index.js'

/** Sends a reply; the buffers in `transfer` change hands. */
export type PostReply = (reply: Reply, transfer: ArrayBuffer[]) => void

type EngineLoader = (variant: Variant, threads: number) => Promise<Engine>

export class Host {
  private readonly _post: PostReply
  private readonly _loadEngine: EngineLoader
  private readonly _underWay = new Map<number, AbortController>()
  private _model: LoadedModel | undefined
  private _isDisposed = false

  constructor(post: PostReply, engineLoader: EngineLoader = loadEngine) {
    this._post = post
    this._loadEngine = engineLoader
  }

  handle(request: Request): void {
    if (request.type === 'abort') this._abort(request)
    else void this._answer(request)
  }

  private _abort(request: AbortRequest): void {
    this._underWay.get(request.id)?.abort()
  }

  /** Never rejects: whatever happens is a reply. */
  private async _answer(request: Exclude<Request, AbortRequest>): Promise<void> {
    const { id } = request
    const controller = new AbortController()
    this._underWay.set(id, controller)
    try {
      const answer = await this._compute(request, new Job(controller.signal))
      this._post({ type: 'answer', id, answer }, buffersOf(answer))
    } catch (error) {
      this._post({ type: 'failed', id, error: toPlainError(error) }, [])
    } finally {
      this._underWay.delete(id)
    }
  }

  private async _compute(request: Exclude<Request, AbortRequest>, job: Job): Promise<Answer> {
    const { id } = request
    switch (request.type) {
      case 'load':
        return this._load(request, job)
      case 'run':
        return this._loaded().run(request, job, (progress) => this._post({ type: 'run-progress', id, progress }, []))
      case 'generate':
        return this._loaded().generate(request.input, request.options, job)
      case 'translate':
        return this._loaded().translate(request, job, (progress) =>
          this._post({ type: 'run-progress', id, progress }, [])
        )
      case 'next':
        return this._loaded().next(request.run, job)
      case 'compute':
        return { type: 'tensor', tensor: await this._loaded().compute(request, job) }
      case 'rollout':
        return {
          type: 'tensor',
          tensor: await this._loaded().rollout(request.run, request.part, request, job)
        }
      case 'flow':
        return { type: 'tensor', tensor: await this._loaded().flow(request, job) }
      case 'lens':
        return { type: 'readings', readings: await this._loaded().lens(request, job) }
      case 'direct-logits':
        return { type: 'direct-logits', direct: this._loaded().directLogits(request) }
      case 'plane':
        return { type: 'plane', plane: this._loaded().plane(request) }
      case 'heads':
        return { type: 'summaries', heads: await this._loaded().heads(request.run, request.part, job) }
      case 'tokens':
        return { type: 'tokens', tokens: this._loaded().tokens(request.ids) }
      case 'head-effects': {
        const report = (progress: { done: number; total: number }) =>
          this._post({ type: 'run-progress', id, progress }, [])
        return { type: 'head-effects', effects: await this._loaded().effects.heads(request, job, report) }
      }
      case 'patch-effects': {
        const report = (progress: { done: number; total: number }) =>
          this._post({ type: 'run-progress', id, progress }, [])
        return { type: 'patch-effects', effects: await this._loaded().effects.patches(request, job, report) }
      }
      case 'dispose-run':
        this._loaded().disposeRun(request.run)
        return { type: 'done' }
      case 'dispose':
        this._dispose(job)
        return { type: 'done' }
    }
  }

  private async _load(request: LoadRequest, job: Job): Promise<Answer> {
    const { signal } = job
    const onProgress = (progress: Progress) => this._post({ type: 'load-progress', id: request.id, progress }, [])
    // Fetched and compiled while the small files come.
    const engine = this._loadEngine(request.variant, request.threads)
    engine.catch(() => {}) // told where it is waited for; what fails before that is told instead
    const folder = new FolderReader(await openFolder(request.source, request), { signal, onProgress })
    const model = await loadFromFolder(folder, engine, request.dtype).finally(() => folder.close())
    if (signal.aborted) model.dispose()
    job.throwIfStopped()
    this._model = model
    return { type: 'loaded', info: model.info, traceNames: model.traceNames }
  }

  private _loaded(): LoadedModel {
    if (this._isDisposed) throw disposedModelError()
    if (!this._model) throw new AttenscopeError('option', 'no model is loaded')
    return this._model
  }

  private _dispose(own: Job): void {
    this._isDisposed = true
    for (const controller of this._underWay.values()) {
      if (controller.signal !== own.signal) controller.abort(disposedModelError())
    }
    this._model?.dispose()
    this._model = undefined
  }
}

/** Every tensor in an answer has a buffer of its own, which the receiver takes over. */
function buffersOf(answer: Answer): ArrayBuffer[] {
  switch (answer.type) {
    case 'ran':
    case 'stepped':
      return [answer.logits, ...answer.captured].flatMap(bufferOf)
    case 'tensor':
      return bufferOf(answer.tensor)
    case 'direct-logits':
      return [answer.direct.heads, answer.direct.crossHeads, answer.direct.feedForward].flatMap(bufferOf)
    case 'plane':
      return [answer.plane.queries, answer.plane.keys].flatMap(bufferOf)
    case 'summaries':
      return answer.heads.flatMap(({ picture }) => bufferOf(picture))
    default:
      return []
  }
}

function bufferOf({ data }: Tensor): ArrayBuffer[] {
  return data.buffer instanceof ArrayBuffer ? [data.buffer] : []
}
