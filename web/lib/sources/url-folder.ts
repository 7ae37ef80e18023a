/** A folder behind a URL, or one file in it. */

import { isModelFile } from '../formats/model-files.js'
import { openFileCache } from './file-cache.js'
import type { Folder } from './folder.js'
import { openRemoteFile } from './remote-file.js'

export interface UrlFolderOptions {
  readonly cache: boolean
  /** Sent to the URL's own origin, and to no other that it redirects to. */
  readonly token?: string | undefined
}

export function openUrlFolder(folderUrl: string | URL, { cache, token }: UrlFolderOptions): Folder {
  const base = new URL(folderUrl)
  base.hash = ''
  const last = decode(base.pathname.split('/').at(-1) ?? '')
  const isFile = isModelFile(last)
  if (isFile) base.pathname = base.pathname.slice(0, base.pathname.lastIndexOf('/') + 1)
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  const required = isFile ? last : 'config.json'
  return {
    name: base.href,
    ...(isFile && { file: last }),
    open: async (file, signal) => {
      const url = new URL(encodeURIComponent(file), base)
      // A folder's query, such as a signature, goes with each of its files.
      url.search = base.search
      const remote = {
        url: url.href,
        file,
        required: file === required,
        // Browsers and Node take it off where an answer sends them to another origin.
        headers: authorization(token),
        cache: cache ? await openFileCache(url.href) : undefined
      }
      return openRemoteFile(remote, signal)
    }
  }
}

export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` }
}

/** A name with a lone % stays as it is. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
