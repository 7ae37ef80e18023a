/** Holds one model and answers a client's requests to it, in a worker or on the caller's own thread. */

import { loadEngine, type Engine, type StartThread } from '../engine/engine.js'
import { AttenscopeError, disposedModelError, toPlainError } from '../errors.js'
import { Job } from '../session/job.js'
import { inspectSource } from '../session/inspect-checkpoint.js'
import { loadFromFolder } from '../session/load-from-folder.js'
import type { LoadedModel } from '../session/loaded-model.js'
import { answerOfTrace, traceHandlers } from '../session/trace-handlers.js'
import { FolderReader } from '../sources/folder.js'
import { openFolder } from '../sources/open-folder.js'
import type { EngineFiles } from '../types/engine.js'
import type { Progress } from '../types/index.js'
import type { AbortRequest, Answer, Asked, Kind, Reply, Request, RequestBody, RunProgress } from './protocol.js'
import type { TraceKind } from './trace-questions.js'

/** Sends a reply and transfers the buffers to the receiver. */
export type PostReply = (reply: Reply, transfer: ArrayBuffer[]) => void

/** What a host is given by its surroundings. */
export interface HostOptions {
  /** Starts a thread of the engine; without it, the engine has one thread. */
  readonly startThread?: StartThread | undefined
  /** The engine, in tests; else the page names its files. */
  readonly engine?: Promise<Engine>
}

/** A request in progress: its job, and the receivers of its progress. */
interface UnderWay {
  readonly job: Job
  readonly onLoadProgress: (progress: Progress) => void
  readonly onRunProgress: (progress: RunProgress) => void
}

type Handlers = {
  readonly [K in Exclude<Kind, TraceKind>]: (asked: Asked<K>, underWay: UnderWay) => Answer<K> | Promise<Answer<K>>
}

/** The host of one model. `load` and `engine` are its first requests. */
export class Host {
  private readonly _post: PostReply
  private readonly _loadEngine: (files: EngineFiles) => Promise<Engine>
  /** The engine, once the page has named its files and they load. */
  private readonly _engine: Promise<Engine>
  private _receiveEngine!: (engine: Engine) => void
  private readonly _underWay = new Map<number, AbortController>()
  private _model: LoadedModel | undefined
  private _isDisposed = false

  /** One handler for each kind of request. Questions about traces have a table of their own. */
  private readonly _handlers: Handlers = {
    engine: async ({ files }) => {
      this._receiveEngine(await this._loadEngine(files))
      return undefined
    },
    load: (asked, underWay) => this._load(asked, underWay),
    inspect: ({ source, token }, { job, onLoadProgress }) =>
      inspectSource(source, token, { signal: job.signal, onProgress: onLoadProgress }),
    run: (asked, { job, onRunProgress }) => this._loaded().run(asked, job, onRunProgress),
    generate: ({ input, options }, { job }) => this._loaded().generate(input, options, job),
    next: ({ run }, { job }) => this._loaded().next(run, job),
    translate: (asked, { job, onRunProgress }) => this._loaded().translate(asked, job, onRunProgress),
    tokens: ({ ids }) => this._loaded().tokens(ids),
    'head-effects': (asked, { job, onRunProgress }) => this._loaded().effects.heads(asked, job, onRunProgress),
    'patch-effects': (asked, { job, onRunProgress }) => this._loaded().effects.patches(asked, job, onRunProgress),
    'dispose-run': ({ run }) => {
      this._loaded().disposeRun(run)
      return undefined
    },
    dispose: (_, { job }) => {
      this._dispose(job)
      return undefined
    }
  }

  constructor(post: PostReply, { startThread, engine }: HostOptions = {}) {
    this._post = post
    this._loadEngine = (files) => loadEngine(files, startThread)
    this._engine = engine ?? new Promise((resolve) => (this._receiveEngine = resolve))
  }

  handle(request: Request): void {
    if (request.type === 'abort') this._abort(request)
    else void this._answer(request)
  }

  private _abort(request: AbortRequest): void {
    this._underWay.get(request.id)?.abort()
  }

  /** Never rejects: every outcome is a reply. */
  private async _answer(request: Exclude<Request, AbortRequest>): Promise<void> {
    const { id } = request
    const controller = new AbortController()
    this._underWay.set(id, controller)
    try {
      const answer = await this._compute(request, {
        job: new Job(controller.signal),
        onLoadProgress: (progress) => this._post({ type: 'load-progress', id, progress }, []),
        onRunProgress: (progress) => this._post({ type: 'run-progress', id, progress }, [])
      })
      this._post({ type: 'answer', id, answer }, [...buffersIn(answer)])
    } catch (error) {
      this._post({ type: 'failed', id, error: toPlainError(error) }, [])
    } finally {
      this._underWay.delete(id)
    }
  }

  private async _compute(request: RequestBody, underWay: UnderWay): Promise<Answer<Kind>> {
    if (isOfTrace(request)) return answerOfTrace(this._loaded(), request, underWay.job)
    // The type of the table ties each kind to its request, but TypeScript loses this connection in the lookup.
    const handle = this._handlers[request.type] as (asked: object, underWay: UnderWay) => Promise<Answer<Kind>>
    return handle(request, underWay)
  }

  private async _load(request: Asked<'load'>, { job, onLoadProgress }: UnderWay): Promise<Answer<'load'>> {
    const { signal } = job
    const folder = new FolderReader(await openFolder(request.source, request), { signal, onProgress: onLoadProgress })
    const model = await loadFromFolder(folder, this._engine, request.dtype).finally(() => folder.close())
    if (signal.aborted) model.dispose()
    job.throwIfStopped()
    this._model = model
    return { info: model.info, traceNames: model.traceNames }
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

function isOfTrace(request: RequestBody): request is RequestBody<TraceKind> {
  return Object.hasOwn(traceHandlers, request.type)
}

/**
 * The buffers of an answer. Every tensor in an answer has a buffer of its own, which is transferred to the receiver.
 */
function* buffersIn(answer: unknown): Generator<ArrayBuffer> {
  if (ArrayBuffer.isView(answer)) {
    if (answer.buffer instanceof ArrayBuffer) yield answer.buffer
  } else if (typeof answer === 'object' && answer !== null) {
    for (const inner of Object.values(answer)) yield* buffersIn(inner)
  }
}
