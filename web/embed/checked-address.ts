/** Checks the addresses that a frame's own address names: a link must not decide more than which public file is shown. */

/** A model of the Hugging Face Hub: one name, or an owner and a name. */
const hubId = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/

/**
 * The address of a file or folder, resolved against the page; undefined for an address that a frame does not open. It opens
 * files of its own origin and of others by https, without a user name and password.
 */
export function fileAddress(given: string, page: string): string | undefined {
  if (given.trim() === '' || !URL.canParse(given, page)) return undefined
  const { protocol, username, password, origin, href } = new URL(given, page)
  if (username !== '' || password !== '') return undefined
  const isOwn = origin !== 'null' && origin === new URL(page).origin
  return protocol === 'https:' || (isOwn && protocol === 'http:') ? href : undefined
}

/** The address or the hub's name of a model; undefined for one that a frame does not open. */
export function modelAddress(given: string, page: string): string | undefined {
  return hubId.test(given) ? given : fileAddress(given, page)
}
