/** Compiles and instantiates the engine's module from a file, in Node. */

import { importNodeModule } from '../sources/node-modules.js'

/** Compiles a file. Node's fetch reads no files. */
export async function compileFromDisk(binary: URL): Promise<WebAssembly.Module> {
  const { readFile } = await importNodeModule('fs/promises')
  return WebAssembly.compile(await readFile(binary))
}

/** The settings with which a module's own script starts a file, for tests and measurements. */
export async function instantiationFromDisk(binary: URL): Promise<object> {
  const compiled = await compileFromDisk(binary)
  return {
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): object {
      const instance = new WebAssembly.Instance(compiled, imports)
      receive(instance)
      return instance.exports
    }
  }
}
