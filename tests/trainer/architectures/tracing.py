"""Records what each layer of a network puts out."""

from torch import Tensor, nn


def traced(net: nn.Module, layers: nn.Module, x: Tensor) -> dict[str, tuple[int, ...]]:
    """Output shape, without the batch, of each direct child of `layers` while `net` hears `x`."""
    shapes: dict[str, tuple[int, ...]] = {}

    def remember(name: str) -> None:
        layer = layers.get_submodule(name)
        handles.append(
            layer.register_forward_hook(
                lambda _, __, out: shapes.update({name: tuple(out.shape[1:])})
            )
        )

    handles: list = []
    for name, _ in layers.named_children():
        remember(name)
    net.eval()(x)
    for handle in handles:
        handle.remove()
    return shapes


def parameters(module: nn.Module) -> int:
    """How many numbers training moves."""
    return sum(weights.numel() for weights in module.parameters())
