/**
 * Decides what a model's source means.
 *
 * A text is, in this order: a URL where it has a scheme (http:, https:, file:); a Hugging Face id where it
 * is exactly org/name, with no trailing slash and neither part '.' or '..' (in Node a folder of that name wins); else a
 * path in Node, and in a page a URL relative to the page. So 'org/name' is an id and './org/name' or 'org/name/' is not.
 */

import { AttenscopeError, describe } from '../errors.js'
import type { ModelSource } from '../types/index.js'
import { importNodeModule, isDirectory, isNode } from './node-modules.js'

/** A source with nothing left to guess; plain data that a worker can be sent. */
export type ResolvedSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'hub'; readonly id: string; readonly hub?: string | undefined }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'files'; readonly files: readonly File[] }

/** `hub`: where Hugging Face ids are looked up, unless at huggingface.co. */
export async function resolveSource(source: ModelSource, hub?: string): Promise<ResolvedSource> {
  if (source instanceof URL) return resolveUrl(source)
  if (typeof source === 'string') return resolveText(source, hub)
  if (Array.isArray(source) && source.every((file) => file instanceof File)) return { kind: 'files', files: source }
  throw new AttenscopeError(
    'option',
    'the source of a model is a URL, a Hugging Face id, a list of File objects or, in Node, a path'
  )
}

async function resolveText(source: string, hub: string | undefined): Promise<ResolvedSource> {
  if (source === '') throw new AttenscopeError('option', 'the source of a model is an empty text')
  // Two letters at least: 'C:\models' is a path.
  if (/^[a-z][a-z\d+.-]+:/i.test(source)) return resolveUrl(parseUrl(source))
  const isId = /^[\w.-]+\/[\w.-]+$/.test(source) && !source.split('/').some((part) => part === '.' || part === '..')
  if (isId && !(isNode && (await isDirectory(source)))) {
    return { kind: 'hub', id: source, ...(hub !== undefined && { hub: parseUrl(hub).href }) }
  }
  if (isNode) return { kind: 'path', path: source }
  return resolveUrl(parseUrl(source, document.baseURI))
}

async function resolveUrl(url: URL): Promise<ResolvedSource> {
  if (url.protocol === 'file:' && isNode) {
    const { fileURLToPath } = await importNodeModule('url')
    try {
      return { kind: 'path', path: fileURLToPath(url) }
    } catch (error) {
      throw new AttenscopeError('option', `'${url.href}' names no file: ${describe(error)}`)
    }
  }
  // A folder's files stand beside each other, which is nothing that data: or javascript: could say.
  if (['http:', 'https:', 'file:'].includes(url.protocol)) return { kind: 'url', url: url.href }
  throw new AttenscopeError('option', `'${url.href}' is no address of a folder: expected http: or https:`)
}

function parseUrl(text: string, base?: string): URL {
  try {
    return new URL(text, base)
  } catch (error) {
    throw new AttenscopeError('option', `'${text}' is not a URL: ${describe(error)}`)
  }
}
