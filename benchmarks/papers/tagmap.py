"""A map of the tags in two dimensions (t-SNE, van der Maaten and Hinton 2008).

Tags that a model or a language treats alike lie close together. Written as a page that needs no
network and as two files for the TensorFlow Projector.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.manifold import TSNE
from torch import nn

from benchmarks.papers.loaders.collection import DataMissingError

Floats = npt.NDArray[np.float32]

PROJECTOR_DIMENSIONS = 4
"""The project reduced 300 dimensions to 4 and let the Projector do the rest."""

_PAGE = Path(__file__).with_name("tagmap.html")
_MOST_PERPLEXITY = 30.0


def output_vectors(net: nn.Module) -> Floats:
    """A vector for each tag: the weights of the last layer that lead to it, ``[L, dim]``."""
    last = [
        layer for layer in net.modules() if isinstance(layer, nn.Linear | nn.Conv1d | nn.Conv2d)
    ]
    weights: Floats = last[-1].weight.detach().cpu().numpy()
    return weights.reshape(len(weights), -1)


def word_vectors(file: Path, tags: tuple[str, ...]) -> Floats:
    """A vector for each tag from a text file of word vectors, one ``word v1 v2 …`` a line.

    A tag of several words gets their mean.

    Raises:
        DataMissingError: the file is not there, or lacks all words of a tag.
    """
    if not file.is_file():
        raise DataMissingError(f"There is no file of word vectors at {file}.")
    wanted = {word for tag in tags for word in tag.lower().split()}
    found: dict[str, Floats] = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, numbers = line.rstrip().partition(" ")
            if word.lower() in wanted and " " in numbers:
                found.setdefault(word.lower(), np.array(numbers.split(), dtype=np.float32))
    vectors = []
    for tag in tags:
        own = [found[word] for word in tag.lower().split() if word in found]
        if not own:
            raise DataMissingError(f"The file of word vectors has no word of the tag {tag!r}.")
        vectors.append(np.mean(own, axis=0))
    return np.stack(vectors).astype(np.float32)


def reduced(vectors: Floats, dimensions: int, seed: int) -> Floats:
    """t-SNE of ``[L, dim]`` to ``[L, dimensions]``; another seed gives another map."""
    model = TSNE(
        dimensions,
        perplexity=min(_MOST_PERPLEXITY, (len(vectors) - 1) / 3),
        method="exact",
        init="random",
        random_state=seed,
    )
    points: Floats = model.fit_transform(vectors).astype(np.float32)
    return points


def write(tags: tuple[str, ...], vectors: Floats, folder: Path, seed: int = 1) -> None:
    """`tagmap.html`, and `vectors.tsv` with `labels.tsv` for the Projector."""
    folder.mkdir(parents=True, exist_ok=True)
    points = reduced(vectors, 2, seed)
    low, high = points.min(axis=0), points.max(axis=0)
    places = (points - low) / np.maximum(high - low, 1e-9)
    data = json.dumps(
        [
            {"tag": tag, "x": round(float(x), 4), "y": round(float(y), 4)}
            for tag, (x, y) in zip(tags, places, strict=True)
        ]
    )
    data = data.replace("<", "\\u003c")
    page = _PAGE.read_text(encoding="utf-8").replace("TAGS_AS_JSON", data)
    (folder / "tagmap.html").write_text(page, encoding="utf-8")
    lines = [
        "\t".join(f"{value:.6g}" for value in row)
        for row in reduced(vectors, PROJECTOR_DIMENSIONS, seed)
    ]
    (folder / "vectors.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "labels.tsv").write_text("\n".join(tags) + "\n", encoding="utf-8")
