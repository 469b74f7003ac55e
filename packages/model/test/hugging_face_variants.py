"""Random checkpoints of every setting that changes what an encoder computes, with Hugging Face's values, under a folder.

Each folder holds what save_pretrained writes and values.json: batches with their hidden states, pooled state and, where the
class has them, the language model's logits, computed in float64 from the stored weights.
"""
import json
import sys

import torch
from transformers import *

torch.manual_seed(0)
size = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, vocab_size=97, max_position_embeddings=24)
xlm = dict(emb_dim=32, n_layers=2, n_heads=4, vocab_size=97, max_position_embeddings=24)
variants = {
    **{f"bert, {name}": (BertModel, BertConfig(**size, hidden_act=name)) for name in "gelu gelu_new gelu_fast gelu_python relu silu swish quick_gelu tanh".split()},
    "bert, epsilon": (BertModel, BertConfig(**size, layer_norm_eps=1e-3)),
    "bert, other padding": (BertModel, BertConfig(**size, pad_token_id=5)),
    "bert, one token type": (BertForMaskedLM, BertConfig(**size, type_vocab_size=1)),
    "bert, three token types": (BertForTokenClassification, BertConfig(**size, type_vocab_size=3)),
    "bert, untied": (BertForMaskedLM, BertConfig(**size, tie_word_embeddings=False)),
    "bert, shards": (BertForPreTraining, BertConfig(**size), dict(max_shard_size="20KB")),
    "bert, float16": (BertModel, BertConfig(**size), dict(dtype=torch.float16)),
    "bert, bfloat16": (BertModel, BertConfig(**size), dict(dtype=torch.bfloat16)),
    "roberta": (RobertaModel, RobertaConfig(**size)),
    "roberta, other padding": (RobertaForTokenClassification, RobertaConfig(**size, pad_token_id=0, type_vocab_size=2)),
    "xlm-roberta": (XLMRobertaForMaskedLM, XLMRobertaConfig(**size, type_vocab_size=1, layer_norm_eps=1e-5)),
    "xlm-roberta, other padding": (XLMRobertaForMaskedLM, XLMRobertaConfig(**size, pad_token_id=4)),
    "xlm-roberta, untied": (XLMRobertaForMaskedLM, XLMRobertaConfig(**size, tie_word_embeddings=False)),
    "electra, factorised": (ElectraForMaskedLM, ElectraConfig(**size, embedding_size=16)),
    "electra, not factorised": (ElectraForTokenClassification, ElectraConfig(**size, embedding_size=32)),
    "xlm": (XLMModel, XLMConfig(**xlm)),
    "xlm, languages": (XLMWithLMHeadModel, XLMConfig(**xlm, n_langs=3)),
    "xlm, no language embeddings": (XLMWithLMHeadModel, XLMConfig(**xlm, n_langs=3, use_lang_emb=False)),
    "xlm, sinusoidal": (XLMWithLMHeadModel, XLMConfig(**xlm, sinusoidal_embeddings=True)),
    "xlm, relu": (XLMForTokenClassification, XLMConfig(**xlm, gelu_activation=False)),
    "xlm, other padding": (XLMForQuestionAnsweringSimple, XLMConfig(**xlm, pad_token_id=7, layer_norm_eps=1e-6)),
    "xlm, untied": (XLMWithLMHeadModel, XLMConfig(**xlm, tie_word_embeddings=False)),
}


def values(model, config):
    rows, tokens = 3, 11
    inputs = dict(input_ids=torch.randint(8, 97, (rows, tokens)), attention_mask=torch.ones(rows, tokens, dtype=torch.long))
    for row, length in ((1, 7), (2, 4)):
        inputs["input_ids"][row, length:] = config.pad_token_id or 0
        inputs["attention_mask"][row, length:] = 0
    is_xlm = config.model_type == "xlm"
    types = config.vocab_size if is_xlm else config.type_vocab_size
    batches = [inputs, {**inputs, "token_type_ids": torch.randint(0, types, (rows, tokens))}]
    if is_xlm and config.n_langs > 1:
        batches.append({**inputs, "langs": torch.randint(0, config.n_langs, (rows, tokens))})
    names = dict(input_ids="inputIds", attention_mask="attentionMask", token_type_ids="tokenTypeIds", langs="langs")
    for batch in batches:
        with torch.no_grad():
            states = model.base_model(**batch, output_hidden_states=True)
            logits = model(**batch).logits if type(model).__name__.endswith(("ForMaskedLM", "WithLMHeadModel")) else None
        pooled = getattr(states, "pooler_output", None)
        flat = lambda tensor: None if tensor is None else tensor.flatten().tolist()
        yield {**{names[name]: tensor.tolist() for name, tensor in batch.items()}, "hiddenStates": [flat(state) for state in states.hidden_states], "pooled": flat(pooled), "logits": flat(logits)}


folder = sys.argv[1]
for name, (model_class, config, *options) in variants.items():
    options = dict(*options)
    model = model_class(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    model.to(options.pop("dtype", torch.float32)).save_pretrained(f"{folder}/{name}", **options)
    json.dump(list(values(model.double(), config)), open(f"{folder}/{name}/values.json", "w"))
print(json.dumps(list(variants)))
