/** Tells the page's author, once for each page, how loads differ from the usual one. */

import { onPage } from '../../shared/on-page.js'
import type { LoadNotice, ModelInfo } from '../types/index.js'

const remedies: Readonly<Record<LoadNotice['code'], string>> = {
  'page-thread':
    'the model runs on the page’s own thread, and long runs make the page slow to answer. ' +
    'Allow the worker in the policy (worker-src), set workerUrl, or ask for this thread by configure({ thread: "caller" })',
  'inlined-files':
    'the copy inside the package’s JavaScript is used, which is larger. Serve the package’s .wasm files, or set wasmUrl'
}

/** The notices of one load. */
export class Notices {
  private readonly _list: LoadNotice[] = []

  add(code: LoadNotice['code'], reason: string): void {
    const message = `${reason}; ${remedies[code]}`
    this._list.push({ code, message })
    const told = onPage('told', () => new Set<string>())
    if (told.has(code)) return
    told.add(code)
    console.info(`attenscope: ${message}.`)
  }

  /** The facts of the model with the notices, if there are any. */
  addTo(info: ModelInfo): ModelInfo {
    return this._list.length === 0 ? info : { ...info, notices: [...this._list] }
  }
}
