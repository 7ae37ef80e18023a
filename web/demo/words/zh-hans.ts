/** What the site says in Simplified Chinese. */
import type { ModelKind } from 'attenscope'
import type { SiteWords } from './en.js'

const FILES = '<code>config.json</code>、<code>tokenizer.json</code>、<code>model.safetensors</code>'

const kinds: Readonly<Partial<Record<ModelKind, string>>> = {
  decoder: '续写文本',
  'encoder-decoder': '把一段文本写成另一段',
  classifier: '给文本下判断',
  encoder: '阅读文本'
}

export const words: SiteWords = {
  pages: {
    index: {
      name: '写故事',
      title: 'Attenscope：看语言模型回看哪里',
      description: '一个小语言模型就在你的浏览器里写作，每一个注意力权重都看得见。',
      lede: '一个小语言模型正在这个网页里写故事（英文）；连线显示它在回看哪些词。',
      own: { files: `需要一个语言模型：${FILES}。`, back: '回到写故事的模型' }
    },
    translate: {
      name: '翻译',
      title: 'Attenscope：看翻译时看向哪里',
      description: '一个小模型就在你的浏览器里把英文译成中文，每一个注意力权重都看得见。',
      lede: '一个小模型在这个网页里把英文译成中文；连线显示它写每个中文词时在看哪些英文词。',
      own: { files: `需要一个 Marian 形式的翻译模型：${FILES}。`, back: '回到英译中模型' }
    },
    sentiment: {
      name: '褒贬',
      title: 'Attenscope：判断依据哪些词',
      description: '一个小模型就在你的浏览器里判断文本，并显示它依据了哪些词。',
      lede: '一个小模型判断一句英文是褒是贬；颜色的深浅显示判断依据了哪些词。',
      own: { files: `需要一个同样形式的分类模型：${FILES}。`, back: '回到本站的模型' }
    },
    dates: {
      name: '日期',
      title: 'Attenscope：模型怎样读日期',
      description: '一个小模型就在你的浏览器里读人们写的各种日期，并显示它看了哪些字符。',
      lede: '一个小模型读人们写的各种日期，中文英文都行；连线显示它写每个字符时在看哪些字符。',
      own: { files: `需要一个同样形式的模型：${FILES}。`, back: '回到本站的模型' }
    },
    change: {
      name: '动手改',
      title: 'Attenscope：改一改，看会怎样',
      description: '在浏览器里改动运行中的语言模型的任何一个数字，马上看到输出变成什么样。',
      lede: '改动运行中的模型里的任何一个数字，马上看到输出变成什么样。',
      note: '<span id="model-name"></span>。一切都留在这个网页里。'
    },
    heads: {
      name: '哪些头',
      title: 'Attenscope：哪些头起作用',
      description: '在你的浏览器里逐个去掉小模型的每个头，看一次预测系于哪些头。',
      lede: '逐个去掉每个头；图中显示少了它，最可能的下一个词会降低或升高多少。',
      note: '<span id="model-name"></span>。一切都留在这个网页里。'
    },
    compare: {
      name: '对比',
      title: 'Attenscope：两段文本并排',
      description: '两段文本在你的浏览器里经过同一个模型，看它的注意力有何不同。',
      lede: '两段文本经过同一个模型，注意力的不同之处就在旁边。',
      note: '一切都留在这个网页里。'
    },
    playground: {
      name: '试验场',
      title: 'Attenscope：注意力试验场',
      description: '自己输入查询、键和值，或取用运行中模型的，并排看各种形式的注意力。',
      lede: '自己输入查询、键和值，或取用模型的，看每种形式的注意力得出什么。',
      note: '一切都留在这个网页里。'
    },
    own: {
      name: '你的模型',
      title: 'Attenscope：你自己的模型',
      description:
        '任何小型的 Hugging Face 模型、GGUF 或 llama2.c 文件都能在你的浏览器里运行，每一个注意力权重都看得见。',
      lede: '你自己的或 Hugging Face Hub 上的任何小模型，都能在这个网页里运行：整个文件夹、GGUF 或 llama2.c 文件都行。',
      note: '什么都不会上传。令牌只发给模型所在的网站，不会保存。'
    },
    licences: {
      name: '许可与致谢',
      title: 'Attenscope：许可与致谢',
      description: '本站的模型用什么数据训练，用了谁的软件，各是什么许可。',
      lede: '本站的模型用什么数据训练，用了谁的软件，各是什么许可。'
    },
    embed: {
      name: '嵌入',
      title: 'Attenscope：嵌入网页的注意力图',
      description: '一幅注意力图，可以嵌入你自己的网页。',
      lede: '一幅注意力图，可以嵌入你自己的网页。'
    }
  },
  embed: {
    noElement: (name) => `没有名为“${name}”的元素。`,
    noModel: (name) => `本站没有名为“${name}”的模型。`,
    noTrace: (name) => `本站没有名为“${name}”的运行记录。`
  },
  frame: {
    again: '重试',
    pages: '各个模型',
    choose: '选择模型文件…',
    orDrop: (files) => `或把模型文件夹拖到网页上。${files}什么都不会上传。`,
    gallery: '所有视图的所有状态（英文）',
    licences: '许可与致谢',
    model: (name) => `模型：${name}`,
    cost: (files, memory, elapsedMs) => `模型：文件 ${files}，占内存 ${memory}，加载用了 ${elapsedMs} 毫秒。`,
    newer: '本站有新版本可用。',
    takeNewer: '立即更新',
    takingNewer: '正在切换到新版本……'
  },
  licences: {
    models: '模型和训练数据',
    model: '模型',
    licence: '许可',
    data: '训练数据',
    by: {
      stories:
        '<a href="https://huggingface.co/datasets/roneneldan/TinyStories">TinyStories</a>，作者 Ronen Eldan 和 Yuanzhi Li（2023），CDLA-Sharing-1.0；故事由 GPT-3.5 和 GPT-4 写成。',
      translate:
        '<a href="https://tatoeba.org">Tatoeba</a> 贡献者的例句，CC BY 2.0 FR，取自 <a href="https://www.manythings.org/anki/">ManyThings.org</a> 和 OPUS-MT 的 Tatoeba 挑战测试集；<a href="https://github.com/MaxyLee/3AM">3AM</a>（2024）的图片说明，MIT。',
      sentiment:
        '斯坦福情感树库（Socher 等，2013），按 GLUE（Wang 等，2019）分为两类；句子出自影评（Pang 和 Lee，2005）。该数据集没有写明许可；本站不含其中任何句子。',
      dates: '由我们自己的程序写出的日期，没有别的数据。'
    },
    noText: '这些文本都不在本站里，模型只是从中学习。学得怎样，见每个模型的说明。',
    card: '英文说明',
    software: '网页里的软件',
    ours: 'Attenscope 本身采用 MIT 许可。',
    package: '软件包',
    texts: '全部许可原文'
  },
  tour: {
    begin: '导览',
    next: '下一步',
    previous: '上一步',
    done: '完成',
    leave: '离开导览',
    progress: '{{current}} / {{total}}',
    stops: {
      text: { title: '文本', text: '想写什么就写什么：模型就在这个网页里运行，什么都不会发送出去。' },
      words: {
        title: '它在看哪里',
        text: '每条连线从一个词通向它所看的词；线越粗，看得越多。指向一个词看看，点击可锁定。'
      },
      heads: {
        title: '所有的头',
        text: '每个方块是一个头，也就是一种看法。有的看前一个词，有的看名字，有的看开头。点击一个看看。'
      },
      matrix: {
        title: '一个头，每个数字',
        text: '一行是一个在看的词，一列是一个被看的词。上方是从 q · k 到权重的各步。'
      },
      closer: { title: '再近一点', text: '下面是这次运行真正的数字：一步一步，逐个元素，逐层。' },
      settings: { title: '随你设置', text: '主题、颜色和模型的存放形式都在这里设置。其他网页里是其他模型。' }
    }
  },
  terms: {
    token: { name: '词元', text: '模型一次读入的一小段文本：一个词、词的一部分，或一个符号。' },
    layer: { name: '层', text: '一轮观看和思考。每一层都在前一层的结果上继续。' },
    head: { name: '头', text: '一层之中的几种看法之一，每个头有自己的查询、键和值。' },
    query: { name: '查询', text: '一个词用来提问的一组数字。它与某个词的键的乘积，决定看那个词多少。' },
    key: { name: '键', text: '一个词用来回应查询的一组数字。' },
    weight: { name: '权重', text: '注意力的份额。softmax 把分数变成权重：每个都大于 0，一行合计 100 %。' },
    attention: { name: '注意力', text: '每个词把其他词的值混合起来吸收；注意力就是各占多少。' },
    logit: { name: 'logit', text: '一个词元作为下一个词元的得分，还没有变成概率。' },
    cache: { name: 'KV 缓存', text: '到目前为止所有词的键和值都保留着，每个新词只需计算自己的。' },
    position: { name: '位置', text: '一个词在哪里。注意力本身看不出次序，所以要把位置放进数字里。' }
  },
  settings: {
    label: '设置',
    theme: { label: '主题', options: { system: '跟随系统', light: '浅色', dark: '深色' } },
    scale: { label: '色标', options: { linear: '线性', log: '对数' } },
    dtype: { label: '权重存放形式', options: { auto: '与文件相同', f32: 'float32', f16: 'float16', int8: '8 位' } },
    threads: { label: '线程数' },
    about: '保存在这个浏览器里。多线程需要服务器隔离网页；小模型从中得益不多。'
  },
  figures: {
    allHeads: '所有的头',
    oneHead: '一个头',
    grid: (heads) => `一行是一[[layer]]，一列是一个[[head]]。${heads}`,
    matrix: (row) => `${row}。每行的[[weight]]合计 100&#8239;%。`,
    story: {
      text: '文本',
      heads: '每个小方块是一个头的矩阵。指向可预览，点击可选中。',
      row: '一行是一个回看的词（[[query]]），一列是一个被看的词（[[key]]）'
    },
    translation: {
      text: '两段文本',
      heads: '交叉：从中文看向英文。编码器：英文内部。解码器：中文内部。',
      row: '一行是一个在看的词（[[query]]），一列是一个被看的词（[[key]]）'
    },
    own: {
      text: '文本',
      heads: '指向可预览，点击可选中。',
      row: '一行是一个在看的词（[[query]]），一列是一个被看的词（[[key]]）'
    }
  },
  closer: {
    heading: '再看细一点',
    'attn-steps': '一个词的[[attention]]，一步一步',
    'attn-neurons': '同样的计算，逐个元素',
    'attn-lens': '每一[[layer]]之后，模型会说什么，以及 [[logit]]',
    'attn-cache': '它记住了什么：[[cache]]',
    'attn-plane': '[[query]]和[[key]]',
    'attn-summary': '每个[[head]]的数字',
    position: '怎样知道[[position]]'
  },
  dates: {
    action: '读',
    placeholder: '一个日期，中文或英文',
    texts: '两段文本',
    path: '路径',
    aboutTexts: '上面是输入的日期，下面是模型写出的年、月、日。连线通向它写每个字符时所看的字符。',
    aboutPath:
      '一行是一个写出的字符，一列是一个读到的字符。路径从每一行权重最大处走到下一行权重最大处。次序改变时它会跳开，例如从末尾的年份跳到开头的月份。',
    examples: [
      '2008年8月8日',
      '二〇一二年十二月三十一日',
      '1998年11月21日',
      'Tuesday, 3 March 2026',
      'the 21st of Nov, 1998'
    ]
  },
  sentiment: {
    heading: '一段文本和对它的判断',
    about:
      '模型从两个方向读文本，再用一个学到的问题把读到的内容汇总起来。颜色的深浅是每个词在汇总中占多少。它说明模型看了哪里，不说明这个词是褒是贬。'
  },
  heads: {
    models: '看哪个模型',
    search: '起作用的头'
  },
  compare: {
    first: '第一段文本',
    second: '第二段文本',
    both: '两者及其不同',
    model: '模型',
    tries: '试试',
    pairs: { name: '换一种动物', order: '谁给谁', again: '前面出现过的词' },
    about: '两段文本在同一位置都有词元时才相比。同一模型的两种设置在这里对比：',
    changePage: './change.zh.html',
    change: '动手改。'
  },
  playground: {
    source: '查询、键和值从哪里来',
    own: '自己的数字',
    model: '写故事模型的一个头',
    token: '词元',
    start: '（开头）',
    tables: { q: '查询 q', k: '键 k', v: '值 v' },
    tokenAt: (row) => `第 ${row + 1} 个词元`,
    cell: (name, token, column) => `${token} 的 ${name}，第 ${column + 1} 个数`,
    tokens: '词元数',
    width: 'q 和 k 的数字个数',
    draw: '随机取数',
    reset: '恢复最初',
    text: '文本',
    layer: '层',
    head: '头',
    aboutModel: '这些查询和键正是这个头用来比较的：位置已经在里面，不必再加编码。',
    loading: '正在加载…',
    link: '所有设置都在本页的链接里。',
    recipe: (at) => `配方 ${at}`,
    remove: '移除',
    add: '旁边再加一个配方',
    formula: '公式',
    choices: { encoding: '位置', score: '分数', squash: '压缩', mask: '掩码', normalizer: '权重' },
    options: {
      encoding: { none: '无', sinusoidal: '正弦，相加', rotary: '旋转', alibi: 'ALiBi' },
      score: {
        'scaled-dot': '缩放点积',
        dot: '点积',
        cosine: '余弦',
        general: '一般式（Luong）',
        additive: '加性（Bahdanau）'
      },
      squash: { none: '无', tanh: 'tanh', softcap: '软上限' },
      mask: { none: '无', causal: '因果', window: '因果窗口', strided: '跨步', fixed: '固定分块' },
      normalizer: {
        softmax: 'softmax',
        sigmoid: 'sigmoid',
        tanh: 'tanh',
        sparsemax: 'sparsemax',
        entmax15: '1.5-entmax',
        hard: '硬：取最大',
        none: '无'
      }
    },
    letters: {
      all: 'i 是查询，j 是键；s 是分数，α 是权重，o 是输出。',
      general: 'W 让查询的每个数与键的下一个数比较。',
      additive: 'w 全是 1。',
      sinusoidal: 'p 是位置的正弦和余弦。',
      rotary: 'R 按位置把数字成对旋转。',
      alibi: 'm 是这个头的斜率。',
      threshold: 'τ 使每行合计为 1。'
    }
  },
  experiments: {
    label: '实验',
    running: '运行中的模型',
    name: {
      title: '丢失的名字',
      story: (head, layer, word, before, after) =>
        `名字是由一个头取来的。去掉第 ${layer} 层第 ${head} 头，“${word}”就从 ${before} 降到 ${after}，故事也就不再提它。`
    },
    bend: {
      title: '被扭转的翻译',
      story: (instead, word, written, after) =>
        `模型本来要写${instead}，这时把它的交叉注意力扭向“${word}”，它就写出${written}，概率 ${after}。`
    },
    turn: {
      title: '被翻转的评价',
      story: (word, label, before, after) =>
        `判断只系于一个词元。对注意力隐藏“${word}”，${label} 就从 ${before} 降到 ${after}。`
    }
  },
  room: {
    loadAllTheSame: '仍然加载',
    tooLarge: (size, room) =>
      `它要占 ${size}，而这台设备上的一个网页大约只能用 ${room}：浏览器可能会关掉网页。请选占得少的形式，或换一个小些的模型。`
  },
  own: {
    which: '哪个模型',
    name: '模型',
    namePlaceholder: 'org/name，或一个网址',
    token: '令牌（如果需要）',
    look: '查看',
    choose: '选择模型文件…',
    orDrop: '或把模型文件夹拖到网页上。',
    try: '本站的模型：',
    tries: { stories: '写故事的', translate: '翻译的', sentiment: '判断褒贬的' },
    looking: '正在读模型的自述…',
    load: '加载',
    cancel: '取消',
    other: '换一个模型',
    noTokenizer: '文件夹里没有：它只接受词元编号，本页没有这样的输入框',
    facts: {
      model: '模型',
      does: '类型',
      shape: '形状',
      parameters: '参数',
      download: '需下载',
      tokenizer: '分词器',
      held: '存放形式'
    },
    family: (family, kind) => `${family}，${kinds[kind] ?? kind}`,
    shape: (L, N, C) => `${L} 层，每层 ${N} 个头，宽 ${C}`,
    forms: { f32: 'float32', f16: 'float16', int8: '8 位' },
    loading: (file, loaded, total) => `${file}：${loaded}${total ? ` / ${total}` : ''}`,
    loaded: (name, bytes) => `${name}，占内存 ${bytes}。`,
    cancelled: '已取消。没有任何程序在运行，已下载的部分会保留。'
  }
}
