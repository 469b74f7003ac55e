"""The benchmark's encoder in PyTorch: reads weights and batches from a folder, commands from standard input, a JSON line for each."""
import json
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder = sys.argv[1]
meta = json.load(open(f"{folder}/meta.json"))
torch.set_num_threads(meta["threads"])
weights = {}
for name, shape in meta["parameters"].items():
    values = np.fromfile(f"{folder}/{name}.f32", dtype=np.float32).reshape(shape)
    weights[name] = torch.nn.Parameter(torch.from_numpy(values.copy()))
heads, layers = meta["width"] // 64, meta["layers"]
optimizer = None


def encode(ids, mask):
    width, T = meta["width"], ids.shape[1]
    norm = lambda x, n: F.layer_norm(x, (width,), weights[n + ".weight"], weights[n + ".bias"], 1e-12)
    dense = lambda x, n: F.linear(x, weights[n + ".weight"], weights[n + ".bias"])
    apart = lambda x: x.view(x.shape[0], T, heads, 64).transpose(1, 2)
    full = bool((mask == 1).all())
    hidden = None if full else (mask == 1)[:, None, None, :]
    x = norm(F.embedding(ids, weights["wordTable"]) + weights["positions"][:T], "embeddings.LayerNorm")
    for i in range(layers):
        n = f"layer.{i}."
        q, k, v = (apart(dense(x, n + part)) for part in ("query", "key", "value"))
        context = F.scaled_dot_product_attention(q, k, v, attn_mask=hidden)
        x = norm(x + dense(context.transpose(1, 2).reshape(x.shape), n + "attention.output"), n + "attention.LayerNorm")
        x = norm(x + dense(F.gelu(dense(x, n + "intermediate")), n + "output"), n + "output.LayerNorm")
    return dense(x, "start").squeeze(-1).float() + (mask - 1) * 1e9


def load(batch):
    B, T = batch["shape"]
    return (torch.tensor(batch["ids"]).view(B, T), torch.tensor(batch["mask"], dtype=torch.float32).view(B, T), torch.tensor(batch["starts"]))


batches = [load(batch) for batch in meta["batches"]]
step = 0
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    losses, seconds = [], []
    processor = time.process_time()
    for _ in range(command["steps"]):
        ids, mask, starts = batches[step % len(batches)]
        begun = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=command["autocast"]):
            if command["train"]:
                if optimizer is None:
                    optimizer = torch.optim.AdamW(weights.values(), lr=meta["learningRate"], weight_decay=0.01, fused=True)
                loss = F.cross_entropy(encode(ids, mask), starts)
            else:
                with torch.inference_mode():
                    loss = F.cross_entropy(encode(ids, mask), starts)
        if command["train"]:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
        seconds.append(time.perf_counter() - begun)
        step += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"losses": losses, "seconds": seconds, "processorSeconds": time.process_time() - processor, "peakBytes": peak}), flush=True)
