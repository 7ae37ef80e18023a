/** Imports Node's own modules in Node only, hidden from the bundlers of web pages. */

export const isNode = typeof process === 'object' && typeof process.versions?.node === 'string'

interface NodeModules {
  os: typeof import('node:os')
  'fs/promises': typeof import('node:fs/promises')
  path: typeof import('node:path')
  url: typeof import('node:url')
}

export function importNodeModule<Name extends keyof NodeModules>(name: Name): Promise<NodeModules[Name]> {
  // Vite, webpack and esbuild ignore a name that is computed at run time.
  return import(/* @vite-ignore */ /* webpackIgnore: true */ `node:${name}`) as Promise<NodeModules[Name]>
}

export async function isDirectory(path: string): Promise<boolean> {
  const { stat } = await importNodeModule('fs/promises')
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
}
