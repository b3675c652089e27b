"""The app's password: how it is given, kept only as a hash, and held against what is sent."""

from __future__ import annotations

import hmac
import os
import secrets
import threading
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from rag.errors import ConfigError

VARIABLE = "ASKPAPERS_PASSWORD"
SHORTEST = 10  # characters
_HASH = "$argon2"
_KEPT, _SECRET = "password-hash", "session-key"  # files of a home


class Password:
    """A password as its hash by argon2id (Biryukov, Dinu, Khovratovich 2016), slow on purpose.

    A right one is recognised quickly when it comes again, as every request of a program brings
    it. Safe to share by threads.
    """

    def __init__(self, hashed: str, given: str = "") -> None:
        """`given` is what it was given as. Raises ConfigError for what is no argon2 hash."""
        from argon2 import PasswordHasher, extract_parameters
        from argon2.exceptions import InvalidHashError

        try:
            extract_parameters(hashed)
        except InvalidHashError as error:
            raise ConfigError(
                "the password's hash cannot be read: `askpapers password` makes one"
            ) from error
        self.mark = sha256((given or hashed).encode()).digest()
        self._hashed = hashed
        self._hasher = PasswordHasher()
        self._one_at_a_time = threading.Lock()  # each takes 64 MiB
        self._key = secrets.token_bytes(32)
        self._right: bytes | None = None  # the keyed digest of the right one, once it came

    @staticmethod
    def of(text: str) -> Password:
        """From the password itself, or from its hash. Raises ConfigError for a short one."""
        return Password(text if text.startswith(_HASH) else hashed(text), text)

    def fits(self, sent: str) -> bool:
        """Whether `sent` is the password; takes tens of milliseconds where it is not."""
        from argon2.exceptions import VerificationError

        if self.came(sent):
            return True
        with self._one_at_a_time:
            try:
                self._hasher.verify(self._hashed, sent)
            except VerificationError:
                return False
        self._right = self._digest(sent)
        return True

    def came(self, sent: str) -> bool:
        """Whether `sent` is the password and was found to be it before; quick."""
        return self._right is not None and hmac.compare_digest(self._digest(sent), self._right)

    def _digest(self, sent: str) -> bytes:
        return hmac.digest(self._key, sent.encode(), "sha256")


def hashed(password: str) -> str:
    """Its argon2id hash. Raises ConfigError for one that is too short."""
    from argon2 import PasswordHasher

    if len(password) < SHORTEST:
        raise ConfigError(f"a password needs at least {SHORTEST} characters: choose a longer one")
    return PasswordHasher().hash(password)


def given(environ: Mapping[str, str], home: Path, file: Path | None = None) -> Password | None:
    """The password of `file`, else of the environment, else the one kept in `home`, if any.

    Raises ConfigError for a file that cannot be read and a password that cannot be used.
    """
    if file is not None:
        return Password.of(_first_line(file))
    if environ.get(VARIABLE):
        return Password.of(environ[VARIABLE])
    kept = home / _KEPT
    return Password(_first_line(kept)) if kept.exists() else None


def keep(password: str, home: Path) -> Path:
    """Keep the hash of `password` in `home`; returns where. Raises ConfigError for a short one."""
    text = hashed(password)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_private(home / _KEPT, text.encode())
    return home / _KEPT


def forget(home: Path) -> bool:
    """Remove what `keep` keeps; whether there was any."""
    there = (home / _KEPT).exists()
    (home / _KEPT).unlink(missing_ok=True)
    return there


def session_key(password: Password, home: Path) -> bytes:
    """What signs the cookies of this home while this password holds.

    It lasts over restarts, and another password ends all sessions.
    """
    file = home / _SECRET
    if not file.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(file, secrets.token_bytes(32))
    return hmac.digest(file.read_bytes(), password.mark, "sha256")


def _first_line(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the password file {file} cannot be read: {error}") from error
    return text.partition("\n")[0].strip("\r")


def _write_private(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
