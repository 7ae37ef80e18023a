/** A model on the Hugging Face Hub or on a server with the same API, through the hub's own library. */

import { abortedError, AttenscopeError, describe } from '../errors.js'
import { openFileCache } from './file-cache.js'
import type { Folder } from './folder.js'
import { isNode } from './node-modules.js'
import { openRemoteFile } from './remote-file.js'
import { NoAnswer } from './remote-request.js'
import { fetchBeforeStall } from './stall.js'
import { authorization, type UrlFolderOptions } from './url-folder.js'

/** A model's id on a hub. */
export interface HubModel {
  readonly id: string
  /** The hub's address. Default: huggingface.co. */
  readonly hub?: string | undefined
}

/** Opens a model on a hub. Reading throws 'network' when the hub refuses the request or cannot be reached. */
export async function openHubFolder(
  { id, hub }: HubModel,
  { cache, token, stallMs }: UrlFolderOptions
): Promise<Folder> {
  const { fileDownloadInfo, HUB_URL, listFiles } = await import('@huggingface/hub')
  const hubUrl = (hub ?? HUB_URL).replace(/\/+$/, '')
  const repo = { type: 'model', name: id } as const
  const access = { hubUrl, ...(token !== undefined && { accessToken: token }) }
  const withSignal =
    (signal: AbortSignal | undefined): typeof fetch =>
    (input, init) =>
      fetchBeforeStall(
        { url: input instanceof Request ? input.url : String(input), file: `the answer of ${hubUrl}`, stallMs },
        init ?? {},
        signal
      )
  const name = `${id} on ${new URL(hubUrl).host}`
  let listed: Promise<readonly string[]> | undefined
  /** The names of the hub's files, once listed, so that missing files cause no request. */
  let known: ReadonlySet<string> | undefined

  async function list(signal?: AbortSignal): Promise<readonly string[]> {
    const names: string[] = []
    for await (const { type, path } of listFiles({ repo, ...access, fetch: withSignal(signal) })) {
      if (type === 'file') names.push(path)
    }
    known = new Set(names)
    return names
  }

  return {
    name,
    // Without a network the files come from the cache, and a cached folder most probably has config.json.
    list: async (signal) => {
      listed ??= list(signal)
      return listed.catch((error: unknown) => {
        listed = undefined
        if (signal?.aborted) throw abortedError(`listing ${name}`)
        if (statusOf(error) !== undefined) throw hubError(error, name, 'its files', id)
        return ['config.json']
      })
    },
    open: async (file, signal) => {
      const url = `${hubUrl}/${id}/resolve/main/${encodeURIComponent(file)}`
      const remote = {
        url,
        file,
        required: false,
        headers: authorization(token),
        cache: cache ? await openFileCache(url) : undefined,
        stallMs
      }
      if (known && !known.has(file)) {
        await remote.cache?.keepAbsence(url)
        return undefined
      }
      try {
        const info = await fileDownloadInfo({
          repo,
          path: encodeURIComponent(file),
          ...access,
          fetch: withSignal(signal)
        })
        if (info) return await openRemoteFile({ ...remote, known: { etag: info.etag, size: info.size } }, signal)
        await remote.cache?.keepAbsence(url)
        return undefined
      } catch (error) {
        if (signal?.aborted) throw abortedError(`reading ${url}`)
        if (error instanceof AttenscopeError) throw error
        const status = statusOf(error)
        if (status === 404) return undefined
        if (status !== undefined) throw hubError(error, name, file, id)
        // No answer at all: the cached file, if it is complete, else the same error as from other sources.
        return openRemoteFile(remote, signal).catch((failure: unknown) => {
          throw failure instanceof NoAnswer
            ? new AttenscopeError('network', `${failure.message}${otherReading(id)}`)
            : failure
        })
      }
    }
  }
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' ? status : undefined
}

function hubError(error: unknown, name: string, file: string, id: string): AttenscopeError {
  const status = statusOf(error)
  // The public hub answers 401 for a model that does not exist, too.
  const isHidden = status === 401 || status === 403
  const advice = isHidden ? '; pass a token that may read the model' : ''
  const other = isHidden || status === 404 ? otherReading(id) : ''
  return new AttenscopeError('network', `${name}: ${file}: ${status} ${describe(error)}${advice}${other}`)
}

/** Says that the text was read as an id, and how to name a folder instead. */
function otherReading(id: string): string {
  return isNode
    ? `; there is no folder '${id}' here either: write './${id}' for a folder, the whole id for a model of the hub`
    : `; '${id}' means a model of the hub: write './${id}/' for a folder of this site`
}
