"""Where the ledger's database may lie: on a local disk only.

SQLite's locks do not hold on network shares ("will become corrupt"), so a
share is refused rather than warned about.
"""

from __future__ import annotations

from pathlib import Path

from formpipe.errors import StorageError

NETWORK = frozenset(
    {
        *(
            "nfs",
            "nfs4",
            "cifs",
            "smb2",
            "smb3",
            "smbfs",
            "9p",
            "afs",
            "ncpfs",
            "davfs",
            "ceph",
            "lustre",
            "gfs2",
            "ocfs2",
        ),
        *("vboxsf", "prl_fs", "drvfs"),  # folders of the machine that this one is a guest of
        *(
            "fuse.sshfs",
            "fuse.davfs2",
            "fuse.rclone",
            "fuse.s3fs",
            "fuse.glusterfs",
            "fuse.vmhgfs-fuse",
            "fuse.smbnetfs",
        ),
    }
)
_MOUNTS = Path("/proc/mounts")


def refuse_share(folder: Path, *, mounts: Path = _MOUNTS) -> None:
    """Raise if *folder* lies on a network share.

    Without a mount table (other systems than Linux) nothing is known and nothing refused.

    Raises:
        StorageError: The folder lies on a network share.
    """
    kind = _file_system_of(folder.resolve(), mounts)
    if kind in NETWORK:
        raise StorageError(
            f"the ledger may not lie on a network share ({kind})",
            where=folder,
            mend="Set 'paths.archive' or 'ledger' in formpipe.toml to a folder on a local disk.",
        )


def _file_system_of(folder: Path, mounts: Path) -> str | None:
    if not mounts.is_file():
        return None
    best: tuple[int, str] | None = None
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, point, kind, *_ = line.split(" ")
        mount = Path(point.replace("\\040", " "))
        if folder.is_relative_to(mount) and (best is None or len(mount.parts) >= best[0]):
            best = (len(mount.parts), kind)
    return best[1] if best else None
