"""Writes a few steps of PyTorch's optimizers, for OptimizerTest.

    python optimizers.py        needs torch, on CPU; writes optimizers.json here
"""
import json
from pathlib import Path

import torch

STEPS = 5
NAMES = {"learningRate": "lr", "weightDecay": "weight_decay", "epsilon": "eps"}
KINDS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
CASES = {
    "sgd": dict(sgd=dict(learningRate=0.1)),
    "sgd with momentum": dict(sgd=dict(learningRate=0.1, momentum=0.9)),
    "sgd with nesterov": dict(sgd=dict(learningRate=0.05, momentum=0.7, nesterov=True)),
    "sgd with weight decay": dict(sgd=dict(learningRate=0.1, weightDecay=0.01)),
    "sgd with momentum and weight decay": dict(sgd=dict(learningRate=0.1, momentum=0.5, weightDecay=0.1)),
    "sgd with nesterov and weight decay":
        dict(sgd=dict(learningRate=0.1, momentum=0.5, nesterov=True, weightDecay=0.1)),
    "adam": dict(adam=dict()),
    "adam with other settings": dict(adam=dict(learningRate=0.02, beta1=0.5, beta2=0.9, epsilon=0.1)),
    "adam without memory": dict(adam=dict(learningRate=0.02, beta1=0.0, beta2=0.0)),
    "adam with weight decay": dict(adam=dict(learningRate=0.02, weightDecay=0.3)),
    "adamw": dict(adamw=dict()),
    "adamw with weight decay": dict(adamw=dict(learningRate=0.02, beta1=0.8, weightDecay=0.3)),
}


def values(tensor):
    return [float(f"{v:.9g}") for v in tensor.tolist()]


def torchs(kind, settings, parameters):
    """PyTorch's optimizer for settings by lockstep's names."""
    keywords = {NAMES.get(k, k): v for k, v in settings.items() if not k.startswith("beta")}
    if kind != "sgd":
        keywords["betas"] = (settings.get("beta1", 0.9), settings.get("beta2", 0.999))
    return KINDS[kind](parameters, **keywords)


def case(name, choice):
    weights = torch.nn.Parameter(torch.randn(6))
    first = values(weights)
    [(kind, settings)] = choice.items()
    optimizer = torchs(kind, settings, [weights])
    gradients, after = [], []
    for _ in range(STEPS):
        weights.grad = torch.randn(6)
        gradients.append(values(weights.grad))
        optimizer.step()
        after.append(values(weights))
    return {"name": name, "optimizer": choice, "weights": first, "gradients": gradients, "after": after}


if __name__ == "__main__":
    torch.manual_seed(5)
    cases = [case(name, choice) for name, choice in CASES.items()]
    text = json.dumps({"cases": cases}, separators=(",", ":"))
    (Path(__file__).parent / "optimizers.json").write_text(text + "\n")
