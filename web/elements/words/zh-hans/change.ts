/** What the element that changes a model says. */
import { parseTraceName, type Part } from 'attenscope'
import { html } from 'lit'
import { byHand } from '../by-hand.js'
import type * as english from '../index.js'

const PARTS: Readonly<Record<Part, string>> = { decoder: '', encoder: '编码器', cross: '交叉注意力' }

/** '交叉注意力第 1 层' of 'decoder.blocks.1.cross.pattern', '每一层' where it says *. */
function layerOf(at: string): string {
  const { part = 'decoder', layer } = parseTraceName(at) ?? {}
  if (layer === undefined) return at
  return layer === '*' ? `${PARTS[part]}每一层` : `${PARTS[part]}第 ${layer} 层`
}

export const change: typeof english.change = {
  label: '要运行的文本',
  placeholder: '一个句子',
  action: '运行',
  running: '正在运行两个版本…',
  blank: '请输入一个句子。',
  same: '还没有改动。请添加一处改动，或选一个实验。',
  search: {
    under: '正在逐个移除每个头…',
    over: `已逐个移除每个头。${byHand('点击', '点按')}图中的一个头，可一直移除它。`,
    none: '还没有移除任何头。'
  },
  ready: '就绪。',
  stopped: '已停止。',
  ended: (bits) => `两次预测最多相差 ${bits} 比特。`,
  original: '原来',
  edited: '改动后',
  difference: '差别',
  attention: '改动前后的注意力',
  attentionAsIs: '注意力',
  whatDifference: '改动后减去原来。',
  edits: {
    heading: '改动',
    none: '还没有改动。',
    on: (words) => `启用：${words}`,
    up: '上移',
    down: '下移',
    remove: '删除',
    undo: '撤销',
    undoKeys: '焦点在此列表时按 Ctrl+Z 或 ⌘Z',
    redoKeys: '焦点在此列表时按 Ctrl+Shift+Z 或 ⌘⇧Z',
    refused: (said) => `未启用：${said}`,
    value: (words) => `数值：${words}`,
    redo: '重做',
    reset: '清空',
    add: '添加'
  },
  inHand: {
    all: (layer, layers) => (layers > 1 ? `第 ${layer} 层` : '注意力'),
    off: '关闭',
    on: '打开',
    hideNone: '隐藏一个词（先点一个）',
    hide: (token) => `对所有头隐藏 ${token}`,
    unhide: '重新显示',
    compare: '对比两次运行',
    more: '修改这个模型'
  },
  kinds: {
    label: '改动',
    zero: '移除一个头',
    mean: '用平均值代替一个头',
    scale: '放大或缩小一个头',
    score: '提高或降低一个分数',
    weight: '设定一个权重',
    mask: '隐藏一个词元',
    temperature: '更集中或更平缓',
    normalizer: '更换归一化',
    squash: '压缩分数',
    window: '收窄窗口',
    positions: '更换位置编码',
    patch: '从另一段文本移植',
    steer: '用向量引导',
    json: '任意改动，JSON 格式'
  },
  explained: {
    zero: '这个头的输出变为 0。',
    mean: '这个头的输出变为它在本文（或其他句子）各词元上的平均值。此后它对所有词元一视同仁。',
    scale: '这个头的输出乘以一个系数。0 移除输出，−1 使输出反向。',
    score: '在 softmax 之前改变分数。加 1 会使该权重相对其他权重变为 2.7 倍。',
    weight: `设定某一行的一个权重，从 0 到 1。也可以${byHand('点击', '点按')}下面矩阵中的权重。`,
    mask: '对所有头或某一个头隐藏这个词元。',
    temperature: '分数除以温度。小于 1 时注意力更集中，大于 1 时更平缓。',
    normalizer: '把分数变成权重的函数。',
    squash: '用 tanh 把分数限制在 −1 和 1 之间，避免某个词元占据主导。',
    window: '一个词元能看到两侧各多少个词元。留空表示不限。',
    positions: '模型怎样编码词元的次序。',
    patch: '取模型读另一段文本时同一位置上的数值。',
    steer: '在某一层之后给残差流加一个向量：一段文本的平均值减去另一段的平均值。',
    json: '一处改动或一个改动列表，写法见 docs/edits.md。'
  },
  choices: { normalizer: '归一化', squash: '压缩', positions: '位置编码', patch: '来源', steer: '来源' },
  chosen: {
    head_output: '头的输出',
    pattern: '头的注意力',
    residual: '残差流',
    texts: '两段文本',
    vector: '一组数字'
  },
  numbers: { scale: '系数', score: '加', weight: '权重', temperature: '温度', window: '之前的词元数', steer: '强度' },
  fields: {
    part: '注意力',
    layer: '层',
    head: '头',
    query: '从词元',
    key: '到词元',
    at: '在词元',
    token: '词元',
    value: '值',
    renormalise: '缩放同行其余权重，使合计为 100 %',
    right: '之后的词元数',
    from: '另一段文本的词元',
    step: '从第几步起',
    text: '另一段文本',
    texts: '求平均值所用的句子，每行一句（留空：本文）',
    to: '更像这段文本',
    other: '更不像这段文本',
    vector: '模型的每一维一个数',
    json: '改动',
    all: '全部',
    every: '每一层',
    whole: '整个模型'
  },
  said: {
    head: (at, head) => (head === undefined ? `${layerOf(at)}的所有头` : `${layerOf(at)}第 ${head} 头`),
    zero: (what) => `移除${what}`,
    mean: (what, texts) => (texts === undefined ? `用平均值代替${what}` : `用 ${texts} 段文本的平均值代替${what}`),
    scale: (what, value) => `${what}乘以 ${value}`,
    add: (what, value) => `${what}加 ${value}`,
    set: (what, value) => `${what}设为 ${value}`,
    renormalise: (what) => `${what}重新归一`,
    patch: (what, from) => `${what}移植自${from}`,
    configure: (what, settings) => `${what}：${settings}`,
    weight: (what, query, key) => `${what}，${query} → ${key}`,
    row: (what, query) => `${what}，在 ${query} 处`,
    column: (what, key) => `${what}，朝向 ${key}`,
    hide: (tokens) => `隐藏 ${tokens}`,
    steps: (step) => `从第 ${step} 步起`,
    vector: '一个向量',
    otherText: (text) => `“${text}”`,
    saved: '保存的记录'
  },
  predictions: {
    heading: '预测的下一个词元',
    after: (token) => html`${token} 之后`,
    labels: '预测的标签',
    token: '词元',
    divergence: '预测在哪里有变化',
    whatDivergence: `词元颜色的深浅表示它之后的预测变化了多少：KL 散度，以比特计。${byHand('点击', '点按')}一个词元可查看它的预测。`,
    bits: '比特',
    apart: (bits) => `改动后的预测与原来相差 ${bits} 比特（KL 散度）。`
  },
  experiments: '实验'
}

export const effects: typeof english.effects = {
  heading: '哪些头重要？',
  action: '逐个测试头',
  stop: '停止',
  running: (done, total) => `已试 ${done} / ${total} 个头`,
  measure: '衡量 logit',
  contrast: '减去 logit',
  failed: (said) => `搜索失败：${said}`,
  nothing: '无',
  whatContrast: '第二个词元，例如衡量 “she” 时填 “he”。这时衡量两个 logit 之差',
  ablate: '用什么代替头',
  zero: '零',
  mean: '平均值',
  cell: ({ layer, head }, effect) => `第 ${layer} 层第 ${head} 头：${effect}`,
  place: (name, token, effect) => `${token}，${name}：${effect}`,
  click: `一行是一层，一列是一个头。${byHand('点击', '点按')}一个头可改动它。`,
  loss: (work) => `搜索的计算量是同样多次完整运行的 ${work}，因为各次运行共用这个头以下的层。`,
  legend: '移除这个头后 logit 的变化',
  patchHeading: '另一段文本在哪里改变预测？',
  otherText: '另一段词元数相同的文本',
  patchAction: '逐个测试位置',
  runningPlaces: (done, total) => `已试 ${done} / ${total} 个位置`,
  rows: `一行是一层的输出，最先是嵌入；一列是一个词元。${byHand('点击', '点按')}一格进行移植。`,
  embedding: '入',
  legendOfPatch: '换上另一段文本的向量后 logit 的变化',
  whole: (other) => `另一段文本自己的 logit 相差 ${other}。`,
  caveat:
    '搜索显示移除一个头之后预测如何变化，但并不说明这个头的注意力解释了预测。很不相同的注意力可以得出相同的预测（Jain & Wallace 2019），不过单凭这一点也不能说注意力毫无意义（Wiegreffe & Pinter 2019）。模型从未在缺少这个头的情况下训练过，所以其他头可能会比平时做得更多；两个头也可能互相替代，于是两个头看起来都不重要。'
}
