/** What both cold pages do; apart from what writes their files, so that neither page fetches that. */
import { llamaConfig } from '../suite/shapes.js'

/** 8 million parameters. */
export const coldConfig = llamaConfig(4096)

/** The token that is read; the first one that is written follows from its logits. */
export const firstId = 1
