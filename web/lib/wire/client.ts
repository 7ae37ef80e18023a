/** Sends requests to a host and waits for their answers. No promise is left hanging, whatever becomes of the other side. */

import { AttenscopeError, abortedError, describe, fromPlainError } from '../errors.js'
import type { Link, LinkListener } from './link.js'
import type { AnswerTo, AnswerTypes, Reply, Request, RequestBody } from './protocol.js'
import type { Progress } from '../types/index.js'

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  readonly onLoadProgress?: ((progress: Progress) => void) | undefined
  readonly onRunProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined
}

interface Pending extends RequestOptions {
  readonly resolve: (answer: never) => void
  readonly reject: (error: AttenscopeError) => void
}

export class Client {
  private readonly _link: Link
  private readonly _pending = new Map<number, Pending>()
  private _nextId = 1
  private _closedBy: AttenscopeError | undefined

  constructor(openLink: (listener: LinkListener) => Link) {
    this._link = openLink({
      onReply: (reply) => this._receive(reply),
      onFailure: (error) => this._fail(error)
    })
  }

  request<Body extends RequestBody>(body: Body, options: RequestOptions = {}): Promise<AnswerTo<Body['type']>> {
    const { signal } = options
    if (this._closedBy) return Promise.reject(this._closedBy)
    if (signal?.aborted) return Promise.reject(abortedError(names[body.type]))

    const id = this._nextId++
    return new Promise<AnswerTo<Body['type']>>((resolve, reject) => {
      const settle = () => {
        this._pending.delete(id)
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = () => {
        settle()
        this._link.send({ type: 'abort', id })
        reject(abortedError(names[body.type]))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this._pending.set(id, {
        ...options,
        resolve: (answer) => {
          settle()
          resolve(answer)
        },
        reject: (error) => {
          settle()
          reject(error)
        }
      })
      try {
        this._link.send({ ...body, id } as Request)
      } catch (error) {
        // Options that cannot be cloned, such as a function among the edits.
        settle()
        reject(new AttenscopeError('option', `the call cannot be sent to the worker: ${describe(error)}`))
      }
    })
  }

  /** Ends the other side; what is pending, and every later request, is refused with the error. */
  close(error: AttenscopeError): void {
    if (this._closedBy) return
    this._fail(error)
    this._link.close()
  }

  private _receive(reply: Reply): void {
    const pending = this._pending.get(reply.id)
    if (!pending) {
      this._dropLate(reply)
      return
    }
    switch (reply.type) {
      case 'answer':
        pending.resolve(reply.answer as never)
        break
      case 'failed':
        pending.reject(fromPlainError(reply.error))
        break
      case 'load-progress':
        pending.onLoadProgress?.(reply.progress)
        break
      case 'run-progress':
        pending.onRunProgress?.(reply.progress)
        break
    }
  }

  /** An answer that crossed with its abort: nobody will ever name that run. */
  private _dropLate(reply: Reply): void {
    if (reply.type !== 'answer' || this._closedBy) return
    const { answer } = reply
    if (answer.type === 'ran' || answer.type === 'generating') {
      this._link.send({ type: 'dispose-run', id: this._nextId++, run: answer.run })
    }
  }

  private _fail(error: AttenscopeError): void {
    this._closedBy = error
    for (const { reject } of [...this._pending.values()]) reject(error)
  }
}

/** What an aborted call is called in its error. */
const names: Readonly<Record<keyof AnswerTypes, string>> = {
  load: 'loading the model',
  run: 'the run',
  generate: 'the generation',
  translate: 'the translation',
  next: 'the generation',
  compute: 'the computation',
  rollout: 'the rollout',
  flow: 'trace.flow()',
  lens: 'trace.lens()',
  'direct-logits': 'trace.directLogits()',
  plane: 'trace.plane()',
  heads: 'the summary of the heads',
  tokens: 'the naming of tokens',
  'head-effects': 'the search for heads that matter',
  'patch-effects': 'the patching',
  'dispose-run': 'the disposal of a run',
  dispose: 'the disposal'
}
