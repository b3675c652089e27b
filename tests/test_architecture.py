"""The shape of the code: which way imports point, who knows which package, how long things get."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("rag", "ingest", "evals", "ui")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
CODE = MODULES + sorted((ROOT / "tests").rglob("*.py"))

MAY_IMPORT = {
    "rag": {"rag"},
    "ingest": {"ingest", "rag"},
    "evals": {"evals", "ingest", "rag"},
    "ui": {"ui", "evals", "ingest", "rag"},
}

BORDERS = {
    "chromadb": {"rag/stored/vectors.py"},
    "tantivy": {"rag/stored/words.py", "rag/stored/facets.py", "rag/finding/terms.py"},
    "onnxruntime": {"rag/models/onnx.py", "evals/speed/embedding.py"},  # this one in other ways
    "tokenizers": {"rag/models/onnx.py", "evals/speed/embedding.py"},
    "xllamacpp": {"rag/models/chat_local.py"},
    "openai": {"rag/models/chat_openai.py", "rag/models/embed_api.py"},
    "pyalex": {"ingest/openalex.py"},
    "jinja2": {"evals/report/page.py"},
    "inspect_ai": {"evals/report/inspect_log.py"},
    "jax": {f"evals/evidence/{name}.py" for name in ("tuned_layers", "tuning", "tuning_batches")},
    "llama_index.core": {"rag/llamaindex.py", "rag/models/chat_openai.py"},
    "llama_index.llms": {"rag/models/chat_openai.py", "rag/models/chat_local.py"},
    "sqlite3": {"rag/stored/database.py", "evals/judging/judge_cache.py"},
}
"""The only modules that may know a package: there its errors become ours, once."""

HEAVY = (
    "chromadb", "gradio", "jax", "llama_index", "onnxruntime", "openai", "tantivy", "xllamacpp",
)  # fmt: skip

MODULE_LINES = 400
FUNCTION_LINES = 60


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(node: ast.AST) -> Iterator[str]:
    """Every module imported anywhere below `node`, late imports and type checking included."""
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are written in full"
            yield from (f"{child.module}.{alias.name}" for alias in child.names)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_point_right_only(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = {module.split(".")[0] for module in imports(tree(path))} & {*PACKAGES, "tests"}
    assert ours <= MAY_IMPORT[package]


def test_the_folders_of_the_evals_import_each_other_in_no_circle() -> None:
    """A circle raises CycleError, which names it; modules beside the folders are for all."""
    folders = {path.name: set(path.rglob("*.py")) for path in (ROOT / "evals").glob("[a-z]*/")}
    arrows = {
        folder: {
            module.split(".")[1]
            for path in paths
            for module in imports(tree(path))
            if module.startswith("evals.")
        }
        & (folders.keys() - {folder})
        for folder, paths in folders.items()
    }
    assert any(arrows.values())
    TopologicalSorter(arrows).prepare()


@pytest.mark.parametrize("package", sorted(BORDERS))
def test_a_package_is_known_at_its_border_only(package: str) -> None:
    known = {name(p) for p in MODULES if any(within(m, package) for m in imports(tree(p)))}
    assert known <= BORDERS[package]


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_module_begins_with_its_reason(path: Path) -> None:
    docstring = ast.get_docstring(tree(path))
    assert docstring
    assert docstring.splitlines()[0].endswith(".")


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_module_and_its_functions_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= FUNCTION_LINES
    }
    assert not long


def test_no_module_imports_a_heavy_package_before_it_is_needed() -> None:
    """Importing all of it, app included, leaves the heavy packages where they are."""
    paths = [name(path) for path in MODULES if name(path) not in BORDERS["jax"]]  # by tuning
    modules = [path.removesuffix(".py").replace("/", ".") for path in paths]
    script = (
        f"import importlib, sys\n"
        f"for module in {modules!r}: importlib.import_module(module.removesuffix('.__init__'))\n"
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
