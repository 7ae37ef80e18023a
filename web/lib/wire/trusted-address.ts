/** Turns addresses of scripts into values that a page with Trusted Types accepts, by the one policy `attenscope`. */

import { onPage } from '../../shared/on-page.js'

/** The used part of Trusted Types, which TypeScript's own types lack. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (address: string) => string }
  ): { createScriptURL(address: string): URL }
}

/** The name of the policy, which a page's `trusted-types` directive must list. */
export const policyName = 'attenscope'

/** The addresses that the policy accepts: those of the package's own scripts. */
const own = () => onPage('own-addresses', () => new Set<string>())

/**
 * Returns an address that `new Worker` accepts. Throws a TypeError if the page's policy forbids to create the policy `attenscope`.
 */
export function trustedAddress(address: string): string | URL {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  if (!trustedTypes) return address
  own().add(address)
  // A policy is created once for all copies of the package: a second one of the same name would be refused.
  return onPage('policy', () =>
    trustedTypes.createPolicy(policyName, {
      createScriptURL: (asked) => {
        if (!own().has(asked)) throw new TypeError(`'${asked}' is no script of attenscope`)
        return asked
      }
    })
  ).createScriptURL(address)
}
