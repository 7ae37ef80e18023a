/** A page of its own: from nothing to a first token, by the peer. */

import { coldConfig, firstId } from '../suite/cold.js'
import { firstLogits } from '../suite/llama-peer.js'
import { loadPeer } from '../suite/modules.js'
import { report } from './first-token.js'

report(await firstLogits(await loadPeer(), coldConfig, new URL('cold/peer.onnx', import.meta.url).href, firstId))
