/** Makes the pages' workers obey the policy of the page that starts them. Each page imports this file before all others. */
import { configure } from 'attenscope'
import { workerOfPage } from '../../shared/worker-of-page.js'

configure({ workerUrl: workerOfPage(new URL('../../../dist/worker.js', import.meta.url)) })
