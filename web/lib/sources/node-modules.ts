/** Node's own modules, imported only where they are: no bundler for pages sees their names. */

export const isNode = typeof process === 'object' && typeof process.versions?.node === 'string'

interface NodeModules {
  os: typeof import('node:os')
  'fs/promises': typeof import('node:fs/promises')
  path: typeof import('node:path')
  url: typeof import('node:url')
}

export function importNodeModule<Name extends keyof NodeModules>(name: Name): Promise<NodeModules[Name]> {
  // A name that is put together at run time is left alone by Vite, webpack and esbuild.
  return import(/* @vite-ignore */ /* webpackIgnore: true */ `node:${name}`) as Promise<NodeModules[Name]>
}

export async function isDirectory(path: string): Promise<boolean> {
  const { stat } = await importNodeModule('fs/promises')
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
}
