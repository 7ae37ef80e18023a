import torch
from safetensors.torch import load_file

run = load_file('weighted-average.safetensors')
q = run['blocks.0.attn.q'][0, 0]  # the learned query: the same for every text
k = run['blocks.0.attn.k'][0]  # a key for each token
weights = torch.softmax(k @ q, dim=0)
for key in weights.argsort(descending=True)[:3]:
    print(int(key), f'{weights[key]:.4f}')
