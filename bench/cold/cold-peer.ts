/** A page of its own: from nothing to a first token, by the peer. */

import { firstLogits } from '../suite/llama-peer.js'
import { loadPeer } from '../suite/modules.js'
import { report } from './first-token.js'
import { coldConfig, firstId } from './task.js'

report(await firstLogits(await loadPeer(), coldConfig, new URL('cold/peer.onnx', import.meta.url).href, firstId))
