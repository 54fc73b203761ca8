"""What else can happen to a machine: its disk is full, its database restarts. For the kill test."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


class SmallDisk:
    """A disk of so many megabytes (tmpfs) mounted at `folder`, to be filled and emptied. Needs root."""

    def __init__(self, folder: Path, megabytes: int = 256) -> None:
        self.folder, self.filler, self.fillings = folder, folder / "filler", 0
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)

    def fill(self, seconds: float) -> None:
        """Leave no room for so long."""
        with contextlib.suppress(OSError), self.filler.open("wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
        self.fillings += 1
        time.sleep(seconds)
        self.filler.unlink()

    def __enter__(self) -> "SmallDisk":
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


class Cluster:
    """A PostgreSQL of our own on a free port; the system's is never touched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        found = shutil.which("pg_ctl") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")))
        self.binaries = Path(found).parent
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "-E", "UTF8")
        self._control("start")

    @property
    def address(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def crash(self) -> None:
        """Stop at once without tidying up, and start again: it recovers from its log."""
        self._control("restart", "-m", "immediate")

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    def _control(self, *words: str) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, *words
        )

    def _run(self, program: str, *words: str) -> None:
        # PostgreSQL refuses to run as root.
        before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*before, str(self.binaries / program), *words]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="pool-pg-") as folder:
        made = Cluster(Path(folder))
        try:
            yield made
        finally:
            made.stop()
