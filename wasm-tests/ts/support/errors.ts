/** Expectations about the package's errors. */

import { expect } from 'vitest'

/** Returns the error that a promise or a function ends with. Fails when it succeeds. */
export async function errorOf(
  action: Promise<unknown> | (() => unknown)
): Promise<{ name: string; code: string; message: string }> {
  try {
    await (typeof action === 'function' ? action() : action)
  } catch (error) {
    return error as { name: string; code: string; message: string }
  }
  throw new Error('expected an error, but the call succeeded')
}

/** Expects an AttenscopeError with this code, whose message contains each of the words. */
export async function expectError(
  action: Promise<unknown> | (() => unknown),
  code: string,
  ...words: readonly string[]
): Promise<void> {
  const error = await errorOf(action)
  expect({ name: error.name, code: error.code }, error.message).toEqual({ name: 'AttenscopeError', code })
  for (const word of words) expect(error.message).toContain(word)
}
