"""Writes three steps of PyTorch's optimizers, for SgdTest.

    python optimizers.py        needs torch, on CPU; writes optimizers.json here
"""
import json
from pathlib import Path

import torch

CASES = {
    "sgd": dict(lr=0.1),
    "sgd with momentum": dict(lr=0.1, momentum=0.9),
    "sgd with nesterov": dict(lr=0.05, momentum=0.7, nesterov=True),
    "sgd with weight decay": dict(lr=0.1, weight_decay=0.01),
    "sgd with momentum and weight decay": dict(lr=0.1, momentum=0.5, weight_decay=0.1),
    "sgd with nesterov and weight decay": dict(lr=0.1, momentum=0.5, nesterov=True, weight_decay=0.1),
}


def values(tensor):
    return [float(f"{v:.9g}") for v in tensor.tolist()]


def case(name, settings):
    weights = torch.nn.Parameter(torch.randn(6))
    first = values(weights)
    optimizer = torch.optim.SGD([weights], **settings)
    gradients, after = [], []
    for _ in range(3):
        weights.grad = torch.randn(6)
        gradients.append(values(weights.grad))
        optimizer.step()
        after.append(values(weights))
    return {"name": name, "learningRate": settings["lr"], "momentum": settings.get("momentum", 0),
            "nesterov": settings.get("nesterov", False), "weightDecay": settings.get("weight_decay", 0),
            "weights": first, "gradients": gradients, "after": after}


if __name__ == "__main__":
    torch.manual_seed(5)
    cases = [case(name, settings) for name, settings in CASES.items()]
    text = json.dumps({"cases": cases}, separators=(",", ":"))
    (Path(__file__).parent / "optimizers.json").write_text(text + "\n")
