/**
 * Decides whether a model's source is a URL, a Hugging Face id, a path or a list of files.
 *
 * A text with a scheme (http:, https:, file:) is a URL. A text of exactly the form org/name, without '.' or '..', or a bare
 * name of letters, digits, '-' and '_', is a Hugging Face id; in Node a folder of that name comes first. Any other text is a
 * path in Node and a URL relative to the page in a browser. So 'org/name' and 'gpt2' are ids, but './gpt2', 'gpt2/',
 * 'org/name/' and 'model.gguf' are not.
 */

import { AttenscopeError, describe, fileError } from '../errors.js'
import type { ModelSource } from '../types/index.js'
import { importNodeModule, isDirectory, isNode } from './node-modules.js'

/** A source of a known kind, as plain data that can be sent to a worker. */
export type ResolvedSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'hub'; readonly id: string; readonly hub?: string | undefined }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'files'; readonly files: readonly File[] }

/** `hub` is the address of the hub for Hugging Face ids; default: huggingface.co. Throws 'option' for an invalid source. */
export async function resolveSource(source: ModelSource, hub?: string): Promise<ResolvedSource> {
  if (source instanceof URL) return resolveUrl(source)
  if (typeof source === 'string') return resolveText(source, hub)
  if (Array.isArray(source) && source.every((file) => file instanceof File)) return { kind: 'files', files: source }
  throw new AttenscopeError(
    'option',
    'the source of a model is of another type, expected a URL, a Hugging Face id, a list of File objects or, in Node, a path'
  )
}

async function resolveText(source: string, hub: string | undefined): Promise<ResolvedSource> {
  if (source === '')
    throw new AttenscopeError(
      'option',
      'the source of a model is an empty text, expected a URL, a Hugging Face id or, in Node, a path'
    )
  if (hasScheme(source)) return resolveUrl(parseUrl(source))
  if (isHubId(source) && !(isNode && (await isDirectory(source)))) {
    return { kind: 'hub', id: source, ...(hub !== undefined && { hub: parseUrl(hub).href }) }
  }
  if (isNode) return { kind: 'path', path: source }
  return resolveUrl(parseUrl(source, document.baseURI))
}

/** The path that a text or a URL names in Node; undefined for any other URL, and in a page. Throws 'option' for a bad URL. */
export async function pathIn(source: string | URL): Promise<string | undefined> {
  if (!isNode) return undefined
  if (typeof source === 'string' && !hasScheme(source)) return source
  const url = source instanceof URL ? source : parseUrl(source)
  if (url.protocol !== 'file:') return undefined
  const { fileURLToPath } = await importNodeModule('url')
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw new AttenscopeError('option', `'${url.href}' is not a valid file URL: ${describe(error)}`)
  }
}

/** A scheme has at least two letters here: 'C:\models' is a path. */
function hasScheme(text: string): boolean {
  return /^[a-z][a-z\d+.-]+:/i.test(text)
}

/** Models without an owner, such as gpt2, have bare ids. With a dot, a bare name is a file: 'model.gguf'. */
function isHubId(text: string): boolean {
  if (/^[a-z\d][\w-]*$/i.test(text)) return true
  return /^[\w.-]+\/[\w.-]+$/.test(text) && !text.split('/').some((part) => part === '.' || part === '..')
}

async function resolveUrl(url: URL): Promise<ResolvedSource> {
  const path = await pathIn(url)
  if (path !== undefined) return { kind: 'path', path }
  if (url.protocol === 'file:') throw fileError(url.href)
  // A data: or javascript: URL cannot name several files of one folder.
  if (['http:', 'https:'].includes(url.protocol)) return { kind: 'url', url: url.href }
  throw new AttenscopeError('option', `'${url.href}' is not the URL of a folder, expected a URL with http: or https:`)
}

function parseUrl(text: string, base?: string): URL {
  try {
    return new URL(text, base)
  } catch (error) {
    // Neither the text nor the browser's reason may show a user or a password, however they are written.
    const shown = (words: string) => words.replace(/\/\/[^]*@/, '//')
    throw new AttenscopeError('option', `'${shown(text)}' is not a URL: ${shown(describe(error))}`)
  }
}
