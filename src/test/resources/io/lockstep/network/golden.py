"""Writes what PyTorch makes of small inputs, for PyTorchLayersTest.

Inputs, weights and output gradients are multiples of 1/16: they are short to write, most sums are
exact in float32, and equal values in a pooling window do occur.

    python golden.py        needs torch, on CPU; writes layers.json, loss.json, networks.json here
"""
import json
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).parent
BATCH = 3


def draw(*shape):
    return torch.randint(-24, 25, shape).float() / 16


def values(tensor):
    return [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]


def set_parameters(net):
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(draw(*p.shape))


def flat(tensors):
    return [v for t in tensors for v in values(t)]


def layer(name, config, module, *input_shape):
    set_parameters(module)
    x = draw(BATCH, *input_shape).requires_grad_()
    y = module(x)
    output_gradient = draw(*y.shape)
    y.backward(output_gradient)
    return {
        "name": name, "layer": config, "input": list(input_shape), "batch": BATCH,
        "x": values(x), "parameters": flat(module.parameters()), "y": values(y),
        "outputGradient": values(output_gradient), "inputGradient": values(x.grad),
        "parameterGradient": flat(p.grad for p in module.parameters()),
    }


def batch_norm(kind, module, learning, *input_shape):
    """Parameters as lockstep keeps them: the running statistics stand behind what is learned. Where
    a statistic would have its gradient stands what the batch observed, times its examples."""
    set_parameters(module)
    with torch.no_grad():
        module.running_mean.copy_(draw(*module.running_mean.shape))
        module.running_var.copy_(draw(*module.running_var.shape).abs() + 0.5)
    module.train(learning)
    tensors = list(module.parameters()) + [module.running_mean, module.running_var]
    parameters = flat(tensors)
    x = draw(5, *input_shape).requires_grad_()
    y = module(x)
    output_gradient = draw(*y.shape)
    y.backward(output_gradient)
    over = [0] + list(range(2, x.dim()))
    return {
        "name": f"{kind}, {'learning' if learning else 'scoring'}",
        "layer": {kind: {"momentum": module.momentum, "epsilon": module.eps}},
        "input": list(input_shape), "batch": 5, "learning": learning,
        "x": values(x), "parameters": parameters, "y": values(y),
        "outputGradient": values(output_gradient), "inputGradient": values(x.grad),
        "parameterGradient": flat(p.grad for p in module.parameters())
        + flat([5 * x.mean(over), 5 * x.var(over, unbiased=True)]),
    }


def window(kernel, stride, padding, **more):
    return {**more, "kernel": kernel, "stride": stride, "padding": padding}


def conv(channels, height, width, filters, kernel, stride, padding):
    return layer(
        f"conv2d {channels}x{height}x{width} to {filters}, kernel {kernel}, stride {stride}, padding {padding}",
        {"conv2d": window(kernel, stride, padding, filters=filters)},
        nn.Conv2d(channels, filters, kernel, stride, padding), channels, height, width)


def pool(kind, module, channels, height, width, kernel, stride, padding):
    return layer(
        f"{kind} {channels}x{height}x{width}, kernel {kernel}, stride {stride}, padding {padding}",
        {kind: window(kernel, stride, padding)}, module(kernel, stride, padding),
        channels, height, width)


def layers():
    return [
        layer("dense 5 to 4", {"dense": {"units": 4}}, nn.Linear(5, 4), 5),
        layer("relu", "relu", nn.ReLU(), 2, 3, 3),
        layer("leakyRelu", {"leakyRelu": {"slope": 0.125}}, nn.LeakyReLU(0.125), 2, 3, 3),
        layer("tanh", "tanh", nn.Tanh(), 2, 3, 3),
        layer("sigmoid", "sigmoid", nn.Sigmoid(), 7),
        layer("globalAvgPool2d", "globalAvgPool2d", nn.AdaptiveAvgPool2d(1), 3, 4, 5),
        batch_norm("batchNorm2d", nn.BatchNorm2d(3), True, 3, 4, 2),
        batch_norm("batchNorm2d", nn.BatchNorm2d(3), False, 3, 4, 2),
        batch_norm("batchNorm2d", nn.BatchNorm2d(1, eps=0.25), True, 1, 1, 1),
        batch_norm("batchNorm1d", nn.BatchNorm1d(6, eps=0.01), True, 6),
        batch_norm("batchNorm1d", nn.BatchNorm1d(6), False, 6),
        conv(1, 6, 5, 2, 3, 1, 0),
        conv(2, 5, 5, 3, 3, 2, 1),
        conv(2, 6, 7, 2, 3, 3, 2),
        conv(3, 3, 3, 2, 3, 1, 0),
        conv(2, 3, 4, 3, 1, 1, 0),
        pool("maxPool2d", nn.MaxPool2d, 2, 4, 6, 2, 2, 0),
        pool("maxPool2d", nn.MaxPool2d, 2, 5, 5, 2, 2, 0),
        pool("maxPool2d", nn.MaxPool2d, 2, 5, 6, 3, 2, 1),
        pool("maxPool2d", nn.MaxPool2d, 1, 5, 5, 3, 1, 0),
        pool("avgPool2d", nn.AvgPool2d, 2, 4, 4, 2, 2, 0),
        pool("avgPool2d", nn.AvgPool2d, 2, 5, 5, 3, 1, 1),
    ]


def loss():
    logits = torch.tensor(
        [[1.5, -0.25, 0.5, 3], [0, 0, 0, 0], [1000, -1000, 0, 1], [-30, 40, 39.5, -2], [60, 0, 0, 0]],
        requires_grad=True)
    labels = torch.tensor([0, 3, 1, 2, 0])
    losses = nn.functional.cross_entropy(logits, labels, reduction="none")
    losses.sum().backward()
    return {"classes": 4, "logits": values(logits), "labels": labels.tolist(),
            "losses": values(losses), "gradient": values(logits.grad)}


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.body(x)


class Concat(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList([nn.Sequential(*layers) for layers in branches])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def conv2d(filters, kernel, padding=0):
    return {"conv2d": {"filters": filters, "kernel": kernel, "padding": padding}}


def network(name, layers, *modules):
    """A net of images of 8x8 and three classes, with the gradient of its summed loss."""
    net = nn.Sequential(*modules)
    set_parameters(net)
    with torch.no_grad():
        for p in net.parameters():
            p.div_(4)
    x = draw(5, 1, 8, 8)
    labels = torch.tensor([0, 2, 1, 1, 2])
    logits = net(x)
    loss = nn.functional.cross_entropy(logits, labels, reduction="sum")
    loss.backward()
    return {
        "name": name, "network": {"input": [1, 8, 8], "layers": layers},
        "parameters": {k: list(v.shape) for k, v in net.state_dict().items()},
        "x": values(x), "labels": labels.tolist(), "weights": flat(net.parameters()),
        "logits": values(logits), "lossSum": loss.item(),
        "gradient": flat(p.grad for p in net.parameters()),
    }


def networks():
    dense, pool = {"dense": {"units": 3}}, {"maxPool2d": {"kernel": 2}}
    return [
        network(
            "one layer after another",
            [conv2d(2, 3), "relu", pool, conv2d(3, 3, 1), "relu",
             {"avgPool2d": {"kernel": 2, "stride": 1}}, "flatten", {"dense": {"units": 4}}, "relu", dense],
            nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(2, 3, 3, 1, 1), nn.ReLU(),
            nn.AvgPool2d(2, 1), nn.Flatten(), nn.Linear(12, 4), nn.ReLU(), nn.Linear(4, 3)),
        network(
            "residual",
            [conv2d(2, 3), "relu", pool, {"residual": {"layers": [conv2d(2, 3, 1), "relu", conv2d(2, 3, 1)]}},
             "relu", "flatten", dense],
            nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2),
            Residual(nn.Conv2d(2, 2, 3, padding=1), nn.ReLU(), nn.Conv2d(2, 2, 3, padding=1)),
            nn.ReLU(), nn.Flatten(), nn.Linear(18, 3)),
        network(
            "concat",
            [conv2d(2, 3), {"concat": {"branches": [
                [{"avgPool2d": {"kernel": 3, "stride": 1, "padding": 1}}, conv2d(1, 1)],
                [], [conv2d(2, 1), "relu", conv2d(3, 3, 1)], [conv2d(1, 1)]]}},
             "relu", {"maxPool2d": {"kernel": 3}}, "flatten", dense],
            nn.Conv2d(1, 2, 3),
            Concat([nn.AvgPool2d(3, 1, 1), nn.Conv2d(2, 1, 1)], [],
                   [nn.Conv2d(2, 2, 1), nn.ReLU(), nn.Conv2d(2, 3, 3, padding=1)], [nn.Conv2d(2, 1, 1)]),
            nn.ReLU(), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(28, 3)),
        network(
            "containers in containers, on the input and at the end",
            [{"concat": {"branches": [
                [], [{"residual": {"layers": [{"concat": {"branches": [["tanh"], []]}}, conv2d(1, 1)]}}, "sigmoid"]]}},
             pool, {"residual": {"layers": [{"residual": {"layers": [conv2d(2, 1), "tanh"]}}, {"leakyRelu": {"slope": 0.25}}]}},
             "globalAvgPool2d", "flatten", dense, {"residual": {"layers": ["relu", dense]}}],
            Concat([], [Residual(Concat([nn.Tanh()], []), nn.Conv2d(2, 1, 1)), nn.Sigmoid()]),
            nn.MaxPool2d(2), Residual(Residual(nn.Conv2d(2, 2, 1), nn.Tanh()), nn.LeakyReLU(0.25)),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 3), Residual(nn.ReLU(), nn.Linear(3, 3))),
    ]


if __name__ == "__main__":
    torch.manual_seed(5)
    for name, content in (("layers", layers()), ("loss", loss()), ("networks", networks())):
        if name != "loss":
            content = {"cases": content}
        (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
