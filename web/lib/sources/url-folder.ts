/** A folder behind a URL, which may name the folder or one model file in it. */

import { isModelFile } from '../formats/model-files.js'
import { openFileCache } from './file-cache.js'
import type { Folder } from './folder.js'
import { openRemoteFile } from './remote-file.js'

/** How files behind URLs are requested and cached. */
export interface UrlFolderOptions {
  readonly cache: boolean
  /** An access token. It is sent to the URL's own origin only, not to other origins after a redirect. */
  readonly token?: string | undefined
  /** How long the server may send nothing, in milliseconds. */
  readonly stallMs?: number | undefined
}

/** A folder behind a URL. config.json, or the named model file, must exist; other files may be missing. */
export function openUrlFolder(folderUrl: string | URL, { cache, token, stallMs }: UrlFolderOptions): Folder {
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
      // The folder's query, such as a signature, is sent with each file's request.
      url.search = base.search
      const remote = {
        url: url.href,
        file,
        required: file === required,
        // Browsers and Node remove this header when a redirect leads to another origin.
        headers: authorization(token),
        cache: cache ? await openFileCache(url.href) : undefined,
        stallMs
      }
      return openRemoteFile(remote, signal)
    }
  }
}

/** The HTTP header of an access token; none without a token. */
export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` }
}

/** Decodes percent escapes. A name with a lone % stays unchanged. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
