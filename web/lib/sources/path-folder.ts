/** A folder on the disk, in Node. */

import type { FileHandle } from 'node:fs/promises'

import { AttenscopeError } from '../errors.js'
import { isModelFile } from '../formats/model-files.js'
import type { Folder } from './folder.js'
import { importNodeModule, isDirectory } from './node-modules.js'

/** Opens a folder, or the folder of a model's file. Throws 'bad-model' when there is no such folder. */
export async function openPathFolder(source: string): Promise<Folder> {
  const { open, readdir } = await importNodeModule('fs/promises')
  const { basename, dirname, join } = await importNodeModule('path')
  const isFile = !(await isDirectory(source)) && isModelFile(source)
  const path = isFile ? dirname(source) : source
  if (!(await isDirectory(path))) throw new AttenscopeError('bad-model', `there is no folder ${path}`)
  return {
    name: path,
    ...(isFile && { file: basename(source) }),
    list: () => readdir(path),
    open: async (file) => {
      const whole = join(path, file)
      const handle = await open(whole).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw new AttenscopeError('bad-model', `${whole} cannot be read: ${error.message}`)
      })
      if (!handle) return undefined
      const found = await handle.stat()
      if (found.isFile()) return { stream: streamOf(handle, whole), size: found.size }
      await handle.close()
      throw new AttenscopeError('bad-model', `${whole} is not a file`)
    }
  }
}

const chunkBytes = 1 << 20

function streamOf(handle: FileHandle, path: string): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { bytesRead, buffer } = await handle
          .read(new Uint8Array(chunkBytes), 0, chunkBytes)
          .catch(async (error: Error) => {
            await handle.close()
            throw new AttenscopeError('bad-model', `${path} cannot be read: ${error.message}`)
          })
        if (bytesRead === 0) {
          await handle.close()
          controller.close()
        } else {
          controller.enqueue(buffer.subarray(0, bytesRead))
        }
      },
      cancel: () => handle.close()
    },
    { highWaterMark: 0 }
  )
}
