/** Sends requests to a host and waits for their answers. Every promise settles, even if the host fails. */

import { AttenscopeError, abortedError, describe, fromPlainError } from '../errors.js'
import type { Link, LinkListener } from './link.js'
import type { Answer, Kind, Reply, Request, RequestBody, RunProgress } from './protocol.js'
import type { Progress } from '../types/index.js'
import type { TraceKind } from './trace-questions.js'

/** The abort signal of a request, and the receivers of its progress. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  readonly onLoadProgress?: ((progress: Progress) => void) | undefined
  readonly onRunProgress?: ((progress: RunProgress) => void) | undefined
}

interface Pending extends RequestOptions {
  readonly resolve: (answer: never) => void
  readonly reject: (error: AttenscopeError) => void
}

/** The client of one host. Its requests may overlap. */
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

  request<K extends Kind>(
    body: RequestBody<K> & { readonly type: K },
    options: RequestOptions = {}
  ): Promise<Answer<K>> {
    const { signal } = options
    if (this._closedBy) return Promise.reject(this._closedBy)
    if (signal?.aborted) return Promise.reject(abortedError(callName(body.type)))

    const id = this._nextId++
    return new Promise<Answer<K>>((resolve, reject) => {
      const settle = () => {
        this._pending.delete(id)
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = () => {
        settle()
        this._link.send({ type: 'abort', id })
        reject(abortedError(callName(body.type)))
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
        // The options cannot be cloned: edits may contain a function, for example.
        settle()
        reject(new AttenscopeError('option', `the call cannot be sent to the worker: ${describe(error)}`))
      }
    })
  }

  /** Closes the link to the host. Pending and later requests reject with this error. */
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

  /**
   * Handles an answer that arrived after its request was aborted: frees the run that it opened, which nobody can use.
   */
  private _dropLate(reply: Reply): void {
    if (reply.type !== 'answer' || this._closedBy) return
    const { answer } = reply
    // Only the answers of 'run' and 'generate' name a run: the run that they opened.
    if (typeof answer === 'object' && 'run' in answer) {
      this._link.send({ type: 'dispose-run', id: this._nextId++, run: answer.run })
    }
  }

  private _fail(error: AttenscopeError): void {
    this._closedBy = error
    for (const { reject } of [...this._pending.values()]) reject(error)
  }
}

/** The name of a call in the error 'aborted'. The name of a question about a trace is the name of its method. */
function callName(kind: Kind): string {
  return names[kind] ?? `trace.${kind}()`
}

const names: Partial<Record<Kind, string>> & Record<Exclude<Kind, TraceKind>, string> = {
  engine: 'loading the engine',
  load: 'loading the model',
  inspect: 'the inspection',
  run: 'the run',
  generate: 'the generation',
  translate: 'the translation',
  next: 'the generation',
  compute: 'the computation',
  rollout: 'the rollout',
  heads: 'the summary of the heads',
  tokens: 'the lookup of tokens',
  'head-effects': 'the search for heads that matter',
  'patch-effects': 'the patching',
  'dispose-run': 'the disposal of a run',
  dispose: 'the disposal'
}
