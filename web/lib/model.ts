/** A model as the caller sees it: each call is a request to the thread that holds the model. */

import type { Client } from './client.js'
import { disposedModelError } from './errors.js'
import { checkGenerateOptions, checkInput, checkRunOptions } from './options.js'
import { byName, EngineTrace } from './trace/engine-trace.js'
import type {
  GenerateOptions,
  GenerationEnd,
  GenerationStep,
  Input,
  Model,
  ModelInfo,
  Run,
  RunOptions,
  Tensor,
  Token,
  Trace
} from './types.js'

export class RemoteModel implements Model {
  readonly info: ModelInfo
  private readonly _client: Client
  private readonly _traceNames: readonly string[]

  constructor(client: Client, info: ModelInfo, traceNames: readonly string[]) {
    this._client = client
    this.info = info
    this._traceNames = traceNames
  }

  async run(input: Input, options: RunOptions = {}): Promise<Run> {
    const { capture, logits, edits } = checkRunOptions(options)
    const answer = await this._client.request(
      { type: 'run', input: checkInput(input), capture, logits, edits },
      { signal: options.signal, onRunProgress: options.onProgress }
    )
    const { run, tokens, elapsedMs } = answer
    const queries = { first: 0, count: tokens.length }
    const trace = new EngineTrace(
      { info: this.info, tokens, queries, edits, captured: byName(answer.captured) },
      { client: this._client, run, names: this._traceNames }
    )
    return new RemoteRun(this._client, run, { tokens, logits: answer.logits, trace, elapsedMs })
  }

  async *generate(input: Input, options: GenerateOptions = {}): AsyncGenerator<GenerationStep, GenerationEnd, void> {
    const settings = checkGenerateOptions(options)
    const { edits } = settings
    const { signal } = options
    const { run, promptTokens } = await this._client.request(
      { type: 'generate', input: checkInput(input), options: settings },
      { signal }
    )
    const tokens = [...promptTokens]
    let ended = false
    try {
      for (let index = 0; ; ++index) {
        const answer = await this._client.request({ type: 'next', run }, { signal })
        if (answer.type === 'ended') {
          ended = true
          return { reason: answer.reason }
        }
        const { token, logits, first, count, elapsedMs } = answer
        const trace = new EngineTrace(
          { info: this.info, tokens: [...tokens], queries: { first, count }, edits, captured: byName(answer.captured) },
          { client: this._client, run, names: this._traceNames }
        )
        tokens.push(token)
        yield { token, logits, trace, index, elapsedMs, ...(index === 0 && { promptTokens }) }
      }
    } finally {
      // A generation that was left gives its memory back; one that ended is kept like any run.
      if (!ended) await disposeRun(this._client, run)
    }
  }

  async dispose(): Promise<void> {
    this._client.close(disposedModelError())
  }
}

class RemoteRun implements Run {
  readonly tokens: readonly Token[]
  readonly logits: Tensor
  readonly trace: Trace
  readonly elapsedMs: number
  private readonly _client: Client
  private readonly _run: number

  constructor(client: Client, run: number, contents: Pick<Run, 'tokens' | 'logits' | 'trace' | 'elapsedMs'>) {
    this._client = client
    this._run = run
    this.tokens = contents.tokens
    this.logits = contents.logits
    this.trace = contents.trace
    this.elapsedMs = contents.elapsedMs
  }

  async dispose(): Promise<void> {
    await disposeRun(this._client, this._run)
  }
}

/** Where the model or its worker is gone, so is the run: that is no error. */
async function disposeRun(client: Client, run: number): Promise<void> {
  await client.request({ type: 'dispose-run', run }).catch(() => {})
}
