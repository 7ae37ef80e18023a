/** The former page of the heads that matter: leads on to the page that has the search, with the text and edits of an old link. */
import { find } from './shared/find.js'

const address = new URL(find<HTMLAnchorElement>('#moved').href)
const state = new URLSearchParams(address.hash.slice(1))
for (const [name, value] of new URLSearchParams(location.hash.slice(1))) state.set(name, value)
address.hash = String(state)
// In place of this page: Back leads to the page before it.
location.replace(address)
