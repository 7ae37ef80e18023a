/** Imports Node's own modules in Node only, hidden from the bundlers of web pages. */

/** Whether the code runs in Node. */
export const isNode = typeof process === 'object' && typeof process.versions?.node === 'string'

interface NodeModules {
  os: typeof import('node:os')
  'fs/promises': typeof import('node:fs/promises')
  path: typeof import('node:path')
  url: typeof import('node:url')
}

/** Imports one of Node's modules. Call it in Node only. */
export function importNodeModule<Name extends keyof NodeModules>(name: Name): Promise<NodeModules[Name]> {
  // Vite, webpack and esbuild ignore a name that is computed at run time.
  return import(/* @vite-ignore */ /* webpackIgnore: true */ `node:${name}`) as Promise<NodeModules[Name]>
}

/** Whether the path is an existing directory. */
export async function isDirectory(path: string): Promise<boolean> {
  const { stat } = await importNodeModule('fs/promises')
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
}
